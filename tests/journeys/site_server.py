"""The site as a process of its own, whose log says of nobody who they are."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from log_search import personal

FASTLEGE = Path(sys.executable).with_name("fastlege")
HERE = Path(__file__).parent


def prepared_by(program: str, folder: Path, environ) -> None:
    """Run one of the programs beside this file, which prepare a register in a process of their own."""
    path = os.pathsep.join([str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, HERE / program, folder],
        env={**environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def serving(environ, folder: Path, names: Iterable[str]) -> Iterator[str]:
    """The address of the site, from its first answer until it is no longer needed."""
    port = free_port()
    written = folder / "site.log"
    command = [FASTLEGE, "serve", "--port", str(port), "--workers", "1"]
    with written.open("w") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/om/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        sys.stdout.write(written.read_text())
    # Whatever all the journeys did, the site's log says of nobody who they are.
    assert personal(written.read_text(), names) == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address, process, most=120) -> None:
    """Until the first answer; a busy machine takes its time to start a server."""
    deadline = time.monotonic() + most
    while time.monotonic() < deadline:
        assert process.poll() is None, "the site stopped before it answered"
        try:
            urlopen(address, timeout=most).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the site did not answer within {most} seconds")
