"""The site as its visitors meet it: the real server in a process of its own, and a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson
import psycopg
import pytest
from residents_site import residents, visit  # noqa: F401 (fixtures for all tests here)
from site_scheme import LISTS
from site_server import prepared_by, serving

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def site(server, tmp_path_factory) -> Iterator[str]:
    """The address of a site that shows `site_scheme`."""
    folder = tmp_path_factory.mktemp("site")
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute("create database journeys")
    environ = {**os.environ, "FASTLEGE_DATABASE_URL": server.url("journeys"), "FASTLEGE_HOME": str(folder / "home")}
    prepared_by("site_register.py", folder, environ)
    _install_earlier(folder / "home")
    with serving(environ, folder, [each[1] for each in LISTS]) as address:
        yield address


def _install_earlier(home: Path) -> None:
    """The same figures as if they were of the spring before: a series has two points, and breaks between them."""
    earlier = home / "editions" / "spring-2022"
    shutil.copytree(home / "edition", earlier)
    meta = orjson.loads((earlier / "edition.json").read_bytes())
    (earlier / "edition.json").write_bytes(orjson.dumps(meta | {"as_of": "2022-04-01"}))


@pytest.fixture(scope="module")
def browser():
    """Chromium. It keeps an event loop in this thread, which Django refuses to work beside: it ends with the module."""
    if not CHROMIUM.exists() and not shutil.which("chromium"):
        pytest.skip("no Chromium on this machine: the journeys through the site were not run")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = str(CHROMIUM) if CHROMIUM.exists() else shutil.which("chromium")
        started = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def page(browser, site):
    """A new page at 1280 pixels, without scripts of the site's own: there are none to miss."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=site)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()
