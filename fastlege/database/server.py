"""Have a server ready: start the embedded one, or check the one that FASTLEGE_DATABASE_URL names."""

from __future__ import annotations

import psycopg
from psycopg import conninfo

from fastlege.database.address import URL_VARIABLE, database_settings, embedded, home, names_a_server
from fastlege.database.binaries import OLDEST
from fastlege.database.cluster import Cluster
from fastlege.kernel.errors import DataError


def ensure_running() -> None:
    """Make sure that the database answers, starting the embedded server where that is the one to use.

    Call it before Django's settings are read. Raises `DataError` when there is no server or it is too old.
    """
    if not names_a_server():
        cluster = Cluster(home())
        cluster.start()
        cluster.ensure_database(embedded(home())["NAME"])
    server_version()


def server_version() -> int:
    """Major version of the server that answers; refuses one that is too old or does not answer."""
    try:
        with psycopg.connect(address(), connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise DataError(
            f"the database does not answer: {reason.rstrip('.?')}.",
            where=URL_VARIABLE if names_a_server() else str(home() / "postgres"),
            remedy="Check that the server runs, and the host, database, user and password."
            if names_a_server()
            else "Start it with `fastlege database start`.",
        ) from error
    if version < OLDEST:
        raise DataError(
            f"the server is PostgreSQL {version}; {OLDEST} or newer is needed.",
            where=URL_VARIABLE,
            remedy="Name a newer server, or unset the variable to use the embedded one.",
        )
    return version


def address() -> str:
    """The database's address for psycopg."""
    place = database_settings()
    words = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return conninfo.make_conninfo(**{word: place[name] for word, name in words.items() if place[name]})
