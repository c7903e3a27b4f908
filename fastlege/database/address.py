"""Which PostgreSQL server: the one that FASTLEGE_DATABASE_URL names, else the embedded one under FASTLEGE_HOME."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from fastlege.kernel.errors import DataError

URL_VARIABLE = "FASTLEGE_DATABASE_URL"

# The path of a Unix socket has at most 107 bytes; PostgreSQL adds "/.s.PGSQL.5432" to its folder.
_LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.65535")


# Django's usual None would prepare nothing, also what `database.prepared` asks for; a number prepares by itself what is
# sent so many times, which nothing is.
_ONLY_WHEN_ASKED = 1 << 30


def home() -> Path:
    """The folder that holds what an installation keeps: FASTLEGE_HOME, or `.fastlege` in the working folder."""
    return Path(os.environ.get("FASTLEGE_HOME") or ".fastlege").absolute()


def names_a_server() -> bool:
    """Whether FASTLEGE_DATABASE_URL points at a server, so that the embedded one is not used."""
    return bool(os.environ.get(URL_VARIABLE))


def database_settings() -> dict[str, Any]:
    """Django's settings for the default database. Starts nothing: see `fastlege.database.server`."""
    place = _from_url(os.environ[URL_VARIABLE]) if names_a_server() else embedded(home())
    return {
        "ENGINE": "django.db.backends.postgresql",
        **place,
        # A pool and no persistent connections: those are held one a thread until the server refuses.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 0, "max_size": 8, "timeout": 10}, "prepare_threshold": _ONLY_WHEN_ASKED},
    }


def embedded(folder: Path) -> dict[str, str]:
    """Where the embedded server of one home folder answers."""
    return {"NAME": "fastlege", "USER": "postgres", "PASSWORD": "", "HOST": str(socket_folder(folder)), "PORT": "5432"}


def socket_folder(folder: Path) -> Path:
    """The folder of the embedded server's socket: in the home folder, or a short one where its path is too long."""
    noted = folder / "postgres" / "socket-folder"
    if noted.exists():
        return Path(noted.read_text().strip())
    usual = folder / "postgres" / "socket"
    return usual if len(os.fsencode(usual)) <= _LONGEST_SOCKET_FOLDER else short_folder(folder)


def short_folder(folder: Path) -> Path:
    """A folder with a short path that belongs to one home folder and one user."""
    return Path(gettempdir()) / f"fastlege-{os.getuid()}-{sha256(os.fsencode(folder)).hexdigest()[:12]}"


def _from_url(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise DataError("must start with postgresql://.", where=URL_VARIABLE, remedy="SQLite and others will not do.")
    try:
        port = parts.port
    except ValueError as error:
        raise DataError("holds a port that is not a number.", where=URL_VARIABLE, remedy="Mend the address.") from error
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "fastlege",
        "USER": unquote(parts.username or query.get("user", "postgres")),
        "PASSWORD": unquote(parts.password or query.get("password", "")),
        "HOST": unquote(parts.hostname or query.get("host", "")),
        "PORT": str(port or query.get("port", "")),
    }
