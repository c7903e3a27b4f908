"""The site of Min side with its residents, and a phone on which one of them has logged in: fixtures of the journeys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from logging_in import session_cookie, session_in
from resident_scheme import LISTS, WHO
from site_server import prepared_by, serving

ARTIFACTS = Path(__file__).parents[2] / "artifacts"


@dataclass(frozen=True)
class Residents:
    """The site of Min side, and its database for beginning sessions."""

    address: str
    connection: psycopg.Connection

    def log_in(self, context, who: str) -> None:
        """Give a browser the session of one of the residents of `resident_scheme`."""
        key = session_in(self.connection, WHO[who])
        context.add_cookies([session_cookie(key, self.address)])


@pytest.fixture(scope="session")
def residents(server, tmp_path_factory) -> Iterator[Residents]:
    """A site of its own, with residents worth a page each, after the round of November. See `resident_scheme`."""
    folder = tmp_path_factory.mktemp("residents")
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute("create database residents")
    environ = {**os.environ, "FASTLEGE_DATABASE_URL": server.url("residents"), "FASTLEGE_HOME": str(folder / "home")}
    prepared_by("residents_register.py", folder, environ)
    with (
        serving(environ, folder, [each[1] for each in LISTS]) as address,
        psycopg.connect(server.conninfo("residents")) as connection,
    ):
        yield Residents(address, connection)


@dataclass
class Visit:
    """One resident's way through the site in a browser, with a picture of each step kept for whoever reads the run."""

    page: object
    name: str
    steps: int = 0

    def picture(self, step: str) -> None:
        """Keep what is on the screen; not a part of the repository."""
        ARTIFACTS.mkdir(exist_ok=True)
        self.steps += 1
        self.page.screenshot(path=ARTIFACTS / f"{self.name}-{self.steps}-{step}.png", full_page=True)


@pytest.fixture
def visit(browser, residents, request):
    """`visit(who)`: a narrow phone, without scripts, on which one of the residents has logged in."""
    contexts = []

    def begin(who: str, width: int = 320, height: int = 800, *, scripts: bool = False) -> Visit:
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, base_url=residents.address, java_script_enabled=scripts)
        contexts.append(context)
        residents.log_in(context, who)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return Visit(page, request.node.name.removeprefix("test_"))

    yield begin
    for context in contexts:
        context.close()
