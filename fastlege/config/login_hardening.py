"""What of an installation's logins is too weak for production."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from fastlege.kernel.errors import DataError

_PROVIDERS = ("FASTLEGE_RESIDENT", "FASTLEGE_OFFICE", "FASTLEGE_EMPLOYEE")
_PARTS = ("ISSUER", "CLIENT", "KEY_FILE")
_HERE = {"localhost", "127.0.0.1", "::1"}
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def whole_number(environ: Mapping[str, str], name: str, *, usual: int) -> int:
    """A setting that is a whole number from 0."""
    text = environ.get(name, "")
    if text and not (text.isascii() and text.isdigit()):
        raise DataError("is not a whole number.", where=name, remedy="Correct it, or leave it out.")
    return int(text) if text else usual


def login_problems(environ: Mapping[str, str]) -> list[str]:
    """Every setting of logins and debug pages that production refuses. Values are never repeated."""
    found = []
    if environ.get("FASTLEGE_DEMO_LOGIN"):
        found.append("FASTLEGE_DEMO_LOGIN is set: the demo's identity provider lets anyone be anyone.")
    if environ.get("FASTLEGE_DEBUG"):
        found.append("FASTLEGE_DEBUG is set: debug pages show visitors what the program holds.")
    if environ.get("FASTLEGE_RATE_FACTOR"):
        found.append("FASTLEGE_RATE_FACTOR is set: the limits on searches and logins are for visitors, not for tests.")
    for prefix in _PROVIDERS:
        found += _provider_problems(prefix, environ)
    return found


def _provider_problems(prefix: str, environ: Mapping[str, str]) -> list[str]:
    names = [f"{prefix}_{part}" for part in _PARTS]
    if not any(environ.get(name) for name in names):
        return []
    found = [f"{name} is not set, but its neighbours are." for name in names if not environ.get(name)]
    issuer = urlsplit(environ.get(names[0], ""))
    if environ.get(names[0]) and (issuer.scheme != "https" or issuer.hostname is None):
        found.append(f"{names[0]} is not an https address: anyone on the way could log in as anyone.")
    elif issuer.hostname in _HERE:
        found.append(f"{names[0]} is on this machine: the demo's identity provider lets anyone be anyone.")
    if environ.get(names[2]):
        found += _key_problems(names[2], Path(environ[names[2]]))
    return found


def _key_problems(name: str, path: Path) -> list[str]:
    try:
        mode = path.stat().st_mode
    except OSError:
        return [f"{name} names a file that cannot be read."]
    return [f"{name} names a file that others on the machine can read."] if mode & _OTHERS else []
