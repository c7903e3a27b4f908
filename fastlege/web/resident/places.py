"""Places in queues as pages show them: number in line, the wait, what the list did lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from fastlege.casework.standings import last_round_day, waits_of_lists, waits_of_places
from fastlege.planning.waits.words import Wait
from fastlege.registry.resident.overview import HeldPlace, Lately
from fastlege.rules.parameters import load_rulebook
from fastlege.web.formats import whole
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.pictures.told_waits import ShownWait, shown_waits
from fastlege.web.resident.day import today
from fastlege.web.resident.people import Someone

_LEAST = "stats.count_min_municipality_year"
"""The smallest count of persons that may be shown: the figures' own threshold."""


def shown_places(request: VisitorRequest, who: Someone, places: Sequence[HeldPlace]) -> list[dict[str, object]]:
    """The places by rank."""
    known = _waits(request, who, places)
    waits = [
        wait if place.accept_in_advance else _asked_first()
        for place, wait in zip(places, shown_waits([known.get(place.list_id) for place in places]), strict=True)
    ]
    return [
        {
            "list_id": place.list_id,
            "rank": place.rank,
            "name": place.name,
            "office": place.office,
            "municipality": place.municipality,
            "position": position_text(place),
            "requested": _day(place),
            "in_advance": place.accept_in_advance,
            "answer": answer_text(place),
            "lately": lately_text(place.lately),
            "wait": wait,
            "why": reverse("my-why-place", args=[who.key, place.list_id]),
        }
        for place, wait in zip(places, waits, strict=True)
    ]


def _waits(request: VisitorRequest, who: Someone, places: Sequence[HeldPlace]) -> dict[int, Wait]:
    """By list, what the last round said of the places; of one taken since, what it said to one who queues today."""
    asked = {place.list_id: place.requested_at for place in places}
    known = waits_of_places(request.viewer, who.person_id, asked, on=today()) if places else {}
    newest = last_round_day() if len(known) < len(places) else None
    since = [] if newest is None else [place.list_id for place in places if _alone_since(place, newest)]
    return waits_of_lists(since) | known


def _alone_since(place: HeldPlace, day: date) -> bool:
    """Taken from a day on, for one person: families wait for room for all of them, and are not told of one."""
    return place.family_id is None and _day(place) >= day


def _asked_first() -> ShownWait:
    """A round does not move one who wants to be asked, so its estimates do not speak of the place."""
    return ShownWait(_("Du får et tilbud når det er din tur. Ventetiden er ikke anslått."), SafeString(""), ())


def position_text(place: HeldPlace) -> str:
    """The number in line: how many are ahead is told, who they are never."""
    if place.number == 1:
        return _("Først i køen.")
    return _("Nummer %(number)s i køen.") % {"number": whole(place.number)}


def answer_text(place: HeldPlace) -> str:
    """What happens when there is a place."""
    family = _("Familien flytter bare samlet.") if place.family_id is not None else ""
    answer = (
        _("Sagt ja på forhånd: plassen blir gitt med en gang.")
        if place.accept_in_advance
        else _("Blir spurt først når det er plass.")
    )
    return f"{answer} {family}".strip()


def lately_text(lately: Lately) -> str:
    """What the list did in the last year."""
    if not lately.came and not lately.left:
        return _("Ingen kom inn på listen eller sluttet det siste året.")
    return _("Det siste året: %(came)s kom inn på listen, %(left)s sluttet.") % {
        "came": _counted(lately.came),
        "left": _counted(lately.left),
    }


def _counted(people: int) -> str:
    """A number of persons; where it is small, not exactly: on a short list one might know who."""
    least = load_rulebook().whole(_LEAST, on=today())
    return _("færre enn %(least)s") % {"least": least} if 0 < people < least else whole(people)


def _day(place: HeldPlace) -> date:
    return localdate(place.requested_at)
