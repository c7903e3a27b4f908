"""The server that tests run on.

Each test session has a server of its own, in a short temporary folder, so that sessions beside each other do not meet.
Mark a test with `django_db` for Django's own test database; take `fresh_database` for the address of a new one that
other processes may use.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from django.db import connections
from django.utils import translation
from spreading import Spreading, turn

from fastlege.cli.site.translations import ensure_translations
from fastlege.database.cluster import Cluster
from fastlege.simulation.population import build_population

_numbers = count(1)
_TEMPLATE = "template_tables"

# Pages are tested in the words of this version, also where `make setup` ran before the last change of them.
ensure_translations()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes long come first."""
    items.sort(key=lambda item: turn(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Spreading | None:
    """Spread the files as `spreading` says, where files are to be spread."""
    return Spreading(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Leave no language behind: a page asked for in English would turn the addresses of the next test English."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """The server of this session: the embedded PostgreSQL, or the programs that FASTLEGE_PG_BIN names."""
    folder = Path(mkdtemp(prefix="fl-", dir="/tmp"))
    cluster = Cluster(folder)
    try:
        # What a test server loses when the machine goes down is no loss.
        cluster.start("fsync=off", "shared_buffers=64MB")
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(server: Cluster) -> None:
    """Point Django's test database at the session's server, without a pool."""
    settings = connections["default"].settings_dict
    options = {name: value for name, value in settings["OPTIONS"].items() if name != "pool"}
    settings.update(HOST=str(server.socket), PORT="5432", USER="postgres", PASSWORD="", OPTIONS=options)


@pytest.fixture(scope="session")
def django_db_setup(server: Cluster, django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Prepare Django's test database, and a copy of it with all the tables and no rows for `fresh_database`."""
    name = connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        connections["default"].close()
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(f'create database {_TEMPLATE} template "{name}"')
        # The register refuses to be emptied; pytest-django empties its tables after a transactional test.
        connection.execute(f"alter database \"{name}\" set fastlege.emptying = 'on'")


@pytest.fixture
def fresh_database(server: Cluster, django_db_setup: None) -> Iterator[str]:
    """Address, for FASTLEGE_DATABASE_URL, of a new database with all the tables and no rows."""
    name = f"fresh_{next(_numbers)}"
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute(f"create database {name} template {_TEMPLATE}")
        yield server.url(name)
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def small_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three small neighbouring municipalities of `norway-2023-10`; about 7 000 people. Read it, do not change it."""
    folder = tmp_path_factory.mktemp("snapshots") / "small"
    build_population("norway-2023-10", folder, areas=["3433", "3434", "3435"])
    return folder
