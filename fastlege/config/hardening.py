"""What an installation must set before it may call itself production."""

from __future__ import annotations

from collections.abc import Mapping

from fastlege.config.login_hardening import login_problems
from fastlege.kernel.errors import DataError
from fastlege.messages.mail.address import mail_problems

ENVIRONMENTS = ("development", "production")
_SHORTEST_KEY = 50
_FEWEST_DIFFERENT = 5


def check_environment(name: str) -> str:
    """The environment's name, if there is such a one: a misspelt "production" must not start unprotected."""
    if name not in ENVIRONMENTS:
        raise DataError(
            f"is {name!r}; expected {' or '.join(ENVIRONMENTS)}.",
            where="FASTLEGE_ENV",
            remedy="Correct it, or leave it out for development.",
        )
    return name


def check_production(environ: Mapping[str, str]) -> None:
    """Refuse weak settings, naming each of them at once."""
    weak = weak_settings(environ)
    if weak:
        raise DataError(
            "production does not start with weak settings: " + " ".join(weak),
            where="FASTLEGE_ENV=production",
            remedy="Set them in the environment and start again.",
        )


def weak_settings(environ: Mapping[str, str]) -> list[str]:
    """Every setting too weak for production, with what it should be. Values are never repeated: some are secret."""
    weak = []
    key = environ.get("FASTLEGE_SECRET_KEY", "")
    if not key:
        weak.append("FASTLEGE_SECRET_KEY is not set, so the development key would be used.")
    elif len(key) < _SHORTEST_KEY or len(set(key)) < _FEWEST_DIFFERENT:
        weak.append(f"FASTLEGE_SECRET_KEY is too short or too regular: use {_SHORTEST_KEY} random characters.")
    hosts = [host.strip() for host in environ.get("FASTLEGE_ALLOWED_HOSTS", "").split(",")]
    if not any(hosts):
        weak.append("FASTLEGE_ALLOWED_HOSTS is not set: name the hosts of the site, separated by commas.")
    elif "*" in hosts:
        weak.append("FASTLEGE_ALLOWED_HOSTS allows every host: name those of the site.")
    if not environ.get("FASTLEGE_DATABASE_URL"):
        weak.append("FASTLEGE_DATABASE_URL is not set: the embedded database lets every local user in.")
    return [*weak, *login_problems(environ), *mail_problems(environ, strict=True)]
