"""The embedded PostgreSQL: its cluster under FASTLEGE_HOME, started when needed, shared by processes, stopped."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import psycopg

from fastlege.database.address import short_folder, socket_folder
from fastlege.database.binaries import binaries, major_version, must_become_nobody, run
from fastlege.kernel.errors import DataError

# After a crash the old process may linger a moment and hold its lock file.
_PATIENCE = 10.0

# No answer holds a row's values (terse), and no statement is logged: logs carry no personal data. Without replicas
# the log need not carry what a load writes into tables that it has just emptied.
_CONFIGURATION = """
listen_addresses = ''
max_connections = 100
shared_buffers = 512MB
max_wal_size = 4GB
checkpoint_timeout = 15min
wal_level = minimal
max_wal_senders = 0
random_page_cost = 1.1
jit = off
log_error_verbosity = terse
log_min_error_statement = panic
log_checkpoints = off
"""


@dataclass(frozen=True)
class Cluster:
    """One embedded server, under one home folder. Starting and stopping are locked against other processes."""

    home: Path

    @property
    def folder(self) -> Path:
        """Everything the server keeps."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        """The data folder: under home, or in a short folder where home is closed to `nobody`, who must enter it."""
        noted = self.folder / "data-folder"
        return Path(noted.read_text().strip()) if noted.exists() else self.folder / "data"

    @property
    def socket(self) -> Path:
        """The folder of the server's socket."""
        return socket_folder(self.home)

    def conninfo(self, database: str = "postgres") -> str:
        """Address of one database of this server, for psycopg."""
        return psycopg.conninfo.make_conninfo(host=str(self.socket), port=5432, user="postgres", dbname=database)

    def url(self, database: str) -> str:
        """Address of one database of this server, for FASTLEGE_DATABASE_URL."""
        return f"postgresql://postgres@/{database}?host={self.socket}"

    def is_running(self) -> bool:
        """Whether the server answers."""
        try:
            with psycopg.connect(self.conninfo(), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def start(self, *extra: str) -> None:
        """Start the server unless it runs, and make its cluster first where there is none.

        Safe to call from several processes at once. `extra` are settings (`name=value`) for this start.
        """
        with self._locked():
            if self.is_running():
                return
            programs = binaries()
            self._place_for_nobody()
            self._check_or_make(programs)
            self._start(programs, extra)

    def stop(self) -> bool:
        """Stop the server; says whether it ran."""
        if not (self.data / "PG_VERSION").exists():
            return False
        with self._locked():
            done = run([binaries() / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop"], folder=self._work)
            return done.returncode == 0

    def ensure_database(self, name: str) -> None:
        """Make a database in the running server unless it is there."""
        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
                try:
                    connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
                except psycopg.errors.DuplicateDatabase:
                    return  # Another process was quicker.

    @property
    def _work(self) -> Path:
        return self.data.parent

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            stream = (self.folder / "lock").open("w")
        except OSError as error:
            raise DataError(
                f"cannot be written ({error.strerror}).", where=str(self.folder), remedy="Set FASTLEGE_HOME elsewhere."
            ) from error
        with stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def _place_for_nobody(self) -> None:
        """Where PostgreSQL must run as `nobody`, who may not enter the home folder, put it in a short folder."""
        if not must_become_nobody() or (self.folder / "data-folder").exists():
            return
        place = _own_folder(short_folder(self.home), owner="nobody")
        (self.folder / "data-folder").write_text(str(place / "data"))
        (self.folder / "socket-folder").write_text(str(place))

    def _check_or_make(self, programs: Path) -> None:
        version = major_version(programs)
        stamp = self.data / "PG_VERSION"
        if stamp.exists():
            made_by = stamp.read_text().strip()
            if made_by != str(version):
                raise DataError(
                    f"this cluster was made by PostgreSQL {made_by}, and the programs are version {version}.",
                    where=str(self.data),
                    remedy=f"Point FASTLEGE_PG_BIN at PostgreSQL {made_by}, or move the folder away to begin afresh.",
                )
        elif self.data.exists() and any(self.data.iterdir()):
            raise DataError(
                "is not a PostgreSQL cluster, or a damaged one: it has no PG_VERSION.",
                where=str(self.data),
                remedy="Move the folder away to begin afresh, or set FASTLEGE_HOME to another folder.",
            )
        else:
            self._make(programs, version)

    def _make(self, programs: Path, version: int) -> None:
        part = self._work / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        # Letters such as æ have a lower case only with a Unicode locale; from 17 on PostgreSQL brings one itself.
        builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if version >= 17 else ["--locale=C.UTF-8"]
        done = run(
            [programs / "initdb", "-D", part, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync", *locale],
            folder=self._work,
        )
        if done.returncode != 0:
            shutil.rmtree(part, ignore_errors=True)
            raise DataError(
                f"initdb failed: {_told(done.stdout)}",
                where=str(self.data),
                remedy="Check that the disk has room and that you may write in the folder.",
            )
        with (part / "postgresql.conf").open("a") as stream:
            stream.write(_CONFIGURATION)
        if self.data.exists():
            self.data.rmdir()
        part.rename(self.data)

    def _start(self, programs: Path, extra: tuple[str, ...]) -> None:
        if not (self.folder / "data-folder").exists():
            _own_folder(self.socket)
        log = self._work / "server.log"
        options = " ".join(
            ["-h ''", f"-k {quote(str(self.socket))}", "-p 5432", *(f"-c {setting}" for setting in extra)]
        )
        deadline = time.monotonic() + _PATIENCE
        while True:
            log.unlink(missing_ok=True)
            command: list[str | Path] = [
                programs / "pg_ctl",
                "-D",
                self.data,
                "-l",
                log,
                "-w",
                "-t",
                "60",
                "-o",
                options,
                "start",
            ]
            done = run(command, folder=self._work)
            if done.returncode == 0 and self.is_running():
                return
            if time.monotonic() > deadline:
                raise DataError(
                    f"the embedded PostgreSQL does not start: {_reason(log) or _told(done.stdout)}",
                    where=str(self.data),
                    remedy=f"See {log}. Move the folder away to begin afresh, or name a server in "
                    "FASTLEGE_DATABASE_URL.",
                )
            time.sleep(0.5)


def _own_folder(place: Path, owner: str = "") -> Path:
    """Make a folder that nobody else may enter, or make sure that it is one."""
    user = pwd.getpwnam(owner).pw_uid if owner else os.geteuid()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if owner and place.stat().st_uid == os.geteuid():
        os.chown(place, user, -1)
    if place.stat().st_uid != user or place.is_symlink():
        raise DataError(
            "belongs to someone else.", where=str(place), remedy="Remove it, or set TMPDIR or FASTLEGE_HOME."
        )
    place.chmod(0o700)
    return place


def _reason(log: Path) -> str:
    """What the server says last of why it does not start."""
    if not log.exists():
        return ""
    lines = [line for line in log.read_text(errors="replace").splitlines() if "FATAL" in line or "PANIC" in line]
    return lines[-1].split("FATAL:")[-1].split("PANIC:")[-1].strip() if lines else ""


def _told(output: str) -> str:
    """The line that names the error, else the last: after an error the programs tell how they clean up."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    named = [line for line in lines if "error:" in line or "FATAL:" in line]
    return (named or lines or ["no message"])[-1]
