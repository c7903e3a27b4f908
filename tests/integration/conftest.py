"""The identity provider of a session of tests, and where it sends its notices."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import pytest
from mail_box import Mailbox, running_mailbox
from provider_visits import NOBODY, SITE, choice_of
from register_scene import CHILD, MOTHER

from fastlege.identity_provider.running import RunningProvider, can_start, start_provider
from fastlege.web import site_data
from fastlege.web.login import rates
from fastlege.web.login.oidc.profiles import connection_to


class _Notices(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.received.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def notices() -> Iterator[HTTPServer]:
    """Takes the provider's notices in the place of the site; a test hands them on. They wait in `received`."""
    server = HTTPServer(("localhost", 0), _Notices)
    server.received = Queue()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server for one test."""
    with running_mailbox() as box:
        yield box


@pytest.fixture(scope="session")
def running_provider(notices, tmp_path_factory) -> Iterator[RunningProvider]:
    """The real provider, for the site that Django's test client asks. Its people are those of `register_scene`."""
    if not can_start():
        pytest.skip("the identity provider is not installed: logins with it were not tested")
    people = {"resident": [choice_of(MOTHER), choice_of(CHILD)], "office": [choice_of(NOBODY, hpr="9000001")]}
    people["employee"] = [choice_of(MOTHER), choice_of(CHILD)]
    sites = [f"http://localhost:{notices.server_port}", SITE]
    provider = start_provider(sites, keys=tmp_path_factory.mktemp("keys"), people=people)
    yield provider
    provider.stop()


@pytest.fixture
def site_with_provider(running_provider, monkeypatch) -> Iterator[RunningProvider]:
    """Tell the site about the provider, as an installation would, and forget what it has kept of others."""
    for name, value in running_provider.environment.items():
        monkeypatch.setenv(name, value)
    for forget in (connection_to.cache_clear, site_data.forget, rates.forget):
        forget()
    yield running_provider
    connection_to.cache_clear()
    site_data.forget()
