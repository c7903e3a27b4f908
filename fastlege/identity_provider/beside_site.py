"""The provider beside a site that is about to be served: whether it is wanted, and what the site must be told."""

from __future__ import annotations

import os
from collections.abc import Mapping

from django.conf import settings

from fastlege.database.address import home
from fastlege.identity_provider.people import choices
from fastlege.identity_provider.running import can_start, start_provider
from fastlege.registry.list_search import register_day

_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 (named, not listened on)
_OWN_PROVIDER = ("FASTLEGE_RESIDENT_ISSUER", "FASTLEGE_OFFICE_ISSUER", "FASTLEGE_EMPLOYEE_ISSUER")


def is_wanted() -> bool:
    """Whether logins here are the demo's: the people are synthetic, and no other provider has been named."""
    day = None if settings.PRODUCTION or any(os.environ.get(name) for name in _OWN_PROVIDER) else register_day()
    return day is not None and bool(day.recipe)


def start_beside(host: str, port: int) -> Mapping[str, str] | None:
    """Start the provider for a site on a port, and give the environment that tells the site about it.

    The provider lives as long as this process does, whatever program it becomes. None when it is not installed.
    """
    if not can_start():
        return None
    # Notices go to the first; an address that means every address of the machine is none to send anything to.
    shown = f"[{host}]" if ":" in host else host
    first = () if host in _EVERYWHERE else (shown,)
    sites = [f"http://{name}:{port}" for name in dict.fromkeys((*first, "127.0.0.1", "localhost"))]
    running = start_provider(sites, keys=home() / "identity-provider" / str(port), people=choices())
    # Held open by the server that takes this process over: when its last process ends, so does the provider.
    os.set_inheritable(running.orders, True)
    return running.environment


def how_people_log_in() -> str:
    """A few words for one who looks after the installation."""
    named = [name for name in _OWN_PROVIDER if os.environ.get(name)]
    if named:
        return f"with the provider of {' and '.join(named)}"
    if settings.PRODUCTION:
        return "nobody can: no provider is named"
    return "with the demo's provider" if can_start() else "nobody can: the demo's provider is not installed"
