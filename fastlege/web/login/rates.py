"""How fast one visitor may ask. A visitor is a network address, kept in memory only and never written anywhere."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
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


_buckets: list[Buckets] = []


def forget() -> None:
    """Let every visitor begin anew, as when the process starts."""
    for buckets in _buckets:
        buckets.forget()


def limited(name: str) -> Callable[[View], View]:
    """Let each visitor ask for a page only as fast as the rate of this name allows, in each process."""
    buckets = Buckets(settings.RATES.get(name) or protection().rates[name])
    _buckets.append(buckets)

    def limit(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            seconds = buckets.wait(request.META.get("REMOTE_ADDR", ""), monotonic())
            return too_fast(request, ceil(seconds)) if seconds else view(request, *args, **kwargs)

        return guarded

    return limit
