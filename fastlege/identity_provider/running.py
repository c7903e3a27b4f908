"""Starting the provider, and telling the site about it as an installation would be told: by its environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from joserfc.jwk import RSAKey

from fastlege.identity_provider.installing import PROGRAM, find_node, is_installed, packages
from fastlege.identity_provider.people import Choice
from fastlege.kernel.errors import DataError

DEMO_LOGIN = "FASTLEGE_DEMO_LOGIN"
_VARIABLES = {"resident": "FASTLEGE_RESIDENT", "office": "FASTLEGE_OFFICE", "employee": "FASTLEGE_EMPLOYEE"}
_KEY_BITS = 2048


@dataclass(frozen=True)
class RunningProvider:
    """A provider that answers. It ends when the writing end of its input is closed, by whoever holds it last."""

    process: subprocess.Popen[str]
    orders: int
    issuers: Mapping[str, str]
    environment: Mapping[str, str]

    def rotate_keys(self, kind: str) -> None:
        """Let one kind sign with a new key from now on."""
        self._order({"rotate": kind})

    def stop(self) -> None:
        """Close its input, and wait until it has ended."""
        os.close(self.orders)
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()

    def _order(self, order: Mapping[str, Any]) -> dict[str, str]:
        os.write(self.orders, json.dumps(order).encode() + b"\n")
        return _answer(self.process)


def can_start() -> bool:
    """Whether the provider and a node to run it with are installed."""
    return is_installed() and find_node() is not None


def start_provider(
    sites: Sequence[str], *, keys: Path, people: Mapping[str, Sequence[Choice]], ports: Mapping[str, int] | None = None
) -> RunningProvider:
    """Start the provider for a site at these addresses (such as `http://localhost:8000`; notices go to the first).

    The keys that the site proves itself with are made new and written to `keys`, for this user only.
    """
    node = find_node()
    if node is None or not is_installed():
        raise DataError("the demo's login is not installed.", remedy="Run `make setup` again.")
    environment, opened = {DEMO_LOGIN: "1"}, {}
    for kind, prefix in _VARIABLES.items():
        client, key_file = _client(kind, sites), keys / f"{kind}.json"
        client["jwks"] = {"keys": [_new_key(key_file)]}
        listed = [choice.row() for choice in people.get(kind, ())]
        opened[kind] = {"client": client, "people": listed, "port": (ports or {}).get(kind)}
        environment |= {f"{prefix}_CLIENT": client["client_id"], f"{prefix}_KEY_FILE": str(key_file)}
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [str(node.program), str(PROGRAM / "main.mjs")],
        stdin=reading,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "FASTLEGE_PROVIDER_PACKAGES": str(packages())},
        # Ctrl-C is for the site: the provider ends when the site has.
        start_new_session=True,
    )
    os.close(reading)
    os.write(writing, json.dumps({"open": opened}).encode() + b"\n")
    issuers = _answer(process)
    environment |= {f"{_VARIABLES[kind]}_ISSUER": issuer for kind, issuer in issuers.items()}
    return RunningProvider(process, writing, issuers, environment)


def _answer(process: subprocess.Popen[str]) -> dict[str, str]:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise DataError("the demo's login did not start.", remedy="What it wrote just before says why.")
    found: dict[str, str] = json.loads(line)
    return found


def _client(kind: str, sites: Sequence[str]) -> dict[str, Any]:
    """The site as the provider is to know it."""
    after_logout = []
    for language, _ in settings.LANGUAGES:
        with override(language):
            after_logout.append(reverse("logged-out"))
    return {
        "client_id": f"fastlege-demo-{kind}",
        "redirect_uris": [site + reverse("login-answer", args=[kind]) for site in sites],
        "post_logout_redirect_uris": [site + path for site in sites for path in after_logout],
        "backchannel_logout_uri": sites[0] + reverse("logout-notice", args=[kind]),
        "backchannel_logout_session_required": True,
    }


def _new_key(path: Path) -> dict[str, Any]:
    """Write a new private key for nobody but this user, and give the public half."""
    key = RSAKey.generate_key(_KEY_BITS, {"alg": "RS256", "use": "sig"}, auto_kid=True)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(key.as_dict(private=True), file)
    return dict(key.as_dict(private=False))
