"""How fast one visitor may ask. A visitor is a network address, kept in memory only and never written anywhere."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import wraps
from ipaddress import ip_address, ip_network
from math import ceil
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fastlege.access.protection import Rate, protection
from fastlege.web.login.refusals import too_fast

View = Callable[..., HttpResponse]
_MOST_VISITORS = 20_000


class Buckets:
    """A bucket of requests for each visitor: full at first, emptied by asking, filled again as time passes."""

    def __init__(self, rate: Rate) -> None:
        self._rate, self._lock = rate, Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, visitor: str, at: float) -> float:
        """Seconds until the visitor may ask; 0 when the request may pass, and is then counted."""
        per_second = self._rate.per_minute / 60
        with self._lock:
            left, since = self._left.pop(visitor, (float(self._rate.at_once), at))
            left = min(self._rate.at_once, left + max(at - since, 0.0) * per_second)
            passes = left >= 1
            self._left[visitor] = (left - passes, at)
            # The one who has been away longest is forgotten first; their bucket is the fullest.
            while len(self._left) > _MOST_VISITORS:
                self._left.popitem(last=False)
        return 0.0 if passes else (1 - left) / per_second

    def forget(self) -> None:
        """Fill every bucket."""
        with self._lock:
            self._left.clear()


def visitor_of(meta: Mapping[str, str]) -> str:
    """The network address that a request comes from: what our own proxies say it is, and nobody else.

    One who has a whole network of the sixth version counts as one visitor.
    """
    text = meta.get("REMOTE_ADDR", "")
    passed_on = [each.strip() for each in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if settings.PROXIES and len(passed_on) >= settings.PROXIES:
        text = passed_on[-settings.PROXIES]
    try:
        address = ip_address(text)
    except ValueError:
        return text
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else text


_buckets: dict[str, Buckets] = {}


def forget() -> None:
    """Let every visitor begin anew, as when the process starts."""
    for buckets in _buckets.values():
        buckets.forget()


def share_of(rate: Rate) -> Rate:
    """What one process may let pass: together they never let more pass than the rate says."""
    factor, processes = settings.RATE_FACTOR, settings.PROCESSES
    return Rate(max(1, rate.at_once * factor // processes), max(1, rate.per_minute * factor // processes))


def buckets_named(name: str) -> Buckets:
    """The buckets of a name. Pages of one name share what a visitor has left."""
    return _buckets.setdefault(name, Buckets(share_of(protection().rates[name])))


def limited(name: str) -> Callable[[View], View]:
    """Let each visitor ask for a page only as fast as the rate of this name allows, over all processes together."""
    buckets = buckets_named(name)

    def limit(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            seconds = buckets.wait(visitor_of(request.META), monotonic())
            return too_fast(request, ceil(seconds)) if seconds else view(request, *args, **kwargs)

        return guarded

    return limit
