"""What the register promises holds on the distribution's PostgreSQL too, not only on the embedded one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SUBJECTS = ["test_register_invariants.py", "test_register_load.py"]


def installed() -> Path | None:
    """The programs of the oldest PostgreSQL, from 15 on, that the distribution has installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return min((path for path in found if int(path.parent.name) >= 15), key=lambda p: int(p.parent.name), default=None)


@pytest.mark.skipif("FASTLEGE_PG_BIN" in os.environ, reason="the tests already run on the server that it names")
def test_the_register_keeps_its_promises_on_the_distributions_server():
    programs = installed()
    if programs is None:
        pytest.skip(
            "no PostgreSQL of the distribution is installed: apt-get install postgresql, or set FASTLEGE_PG_BIN"
        )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        *(HERE / name for name in SUBJECTS),
    ]
    environment = {**os.environ, "FASTLEGE_PG_BIN": str(programs)}
    done = subprocess.run(command, env=environment, cwd=HERE.parent.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
