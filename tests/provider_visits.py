"""A visitor at the local identity provider without a browser, and a site's client that is sent there and comes back."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import numpy as np
import requests

from fastlege.identity_provider.people import Choice
from fastlege.kernel.identifiers import digits_of, synthetic_person_numbers_of_keys

SITE = "http://testserver"
NOBODY = 18_000_000
"""Someone whom no register of the tests knows."""


def computed_number(person_id: int) -> str:
    """The synthetic number of a person, without asking the register."""
    return str(digits_of(synthetic_person_numbers_of_keys(np.array([person_id])))[0])


def choice_of(person_id: int, hpr: str | None = None) -> Choice:
    """Somebody for the provider's list."""
    return Choice("seventeen", computed_number(person_id), {"municipality": "Kristiansand"}, hpr)


class Visitor:
    """Somebody with cookies at the provider, who follows the way until it leads back to the site."""

    def __init__(self) -> None:
        self.cookies = requests.Session()
        self.cookies.trust_env = False

    def open(self, address: str) -> requests.Response:
        """Follow redirects as far as the provider's own pages go, or to the site."""
        return self._follow(self.cookies.get(address, allow_redirects=False, timeout=20))

    def answer(self, page: requests.Response, **form: str) -> str:
        """Send the form of a page of the provider; gives the address at the site where it ends."""
        action = re.search(r'<form[^>]* action="([^"]*)"', page.text)
        fields = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text))
        target = urljoin(page.url, unescape(action[1])) if action else page.url
        sent = self.cookies.post(target, data={**fields, **form}, allow_redirects=False, timeout=20)
        return self._follow(sent).headers.get("Location", "")

    def _follow(self, response: requests.Response) -> requests.Response:
        while response.is_redirect and not response.headers["Location"].startswith(SITE):
            address = urljoin(response.url, response.headers["Location"])
            response = self.cookies.get(address, allow_redirects=False, timeout=20)
        return response


def start(client, kind: str = "resident", query: str = "") -> str:
    """Ask the site to log in; gives the provider's address that it sends the visitor to."""
    sent = client.get(f"/logg-inn/{kind}/{query}")
    assert sent.status_code == 302, sent.content
    return sent.headers["Location"]


def log_in_with(client, visitor: Visitor, *, kind: str = "resident", query: str = "", **form: str):
    """The whole way: to the provider, through its page, and back with what it gives. The site's answer."""
    page = visitor.open(start(client, kind, query))
    back = page.headers.get("Location") or visitor.answer(page, **{"level": "high", **form})
    assert back.startswith(SITE), back
    return client.get(back.removeprefix(SITE))


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
