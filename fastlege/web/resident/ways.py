"""What one may do with a list, in words: enter, stand in its queue, or neither, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from fastlege.registry.resident.eligibility import Prospect, Way
from fastlege.rules.texts import text
from fastlege.web import formats
from fastlege.web.resident.people import Someone

ENTER = frozenset({Way.OPEN, Way.WITH_PARENT, Way.RETURNING})
"""The ways by which one may enter a list now."""


@dataclass(frozen=True)
class Told:
    """One person before one list, in words."""

    label: str
    text: str
    details: tuple[str, ...]
    apply: str
    """Where to apply for one more switch, when that is what it takes."""


def way_in(prospect: Prospect, who: Someone) -> Told:
    """All that is to say of one person's way into a list."""
    against = tuple(dict.fromkeys(text(each, formats.language()) for each in prospect.against))
    return Told(who.label, _sentence(prospect.way), against, apply_at(prospect, who))


def apply_at(prospect: Prospect | None, who: Someone) -> str:
    """The address of the application for one more switch, to the list, for one who may not enter without."""
    if prospect is None or prospect.way != Way.SPENT:
        return ""
    return f"{reverse('my-applications', args=[who.key])}?liste={prospect.list_id}"


def about(prospect: Prospect | None, who: Someone) -> str:
    """One person's way in, short enough to stand under a tick."""
    if prospect is None:
        return ""
    told = way_in(prospect, who)
    return " ".join([told.text, *told.details]) if prospect.way == Way.NONE else told.text


def _sentence(way: Way) -> str:
    return {
        Way.OWN: _("Står på denne listen allerede."),
        Way.OPEN: _("Kan komme inn på listen nå."),
        Way.WITH_PARENT: _("Kan komme inn selv om listen er stengt, fordi en forelder står på den."),
        Way.SPENT: _("Listen har plass, men årets bytter er brukt. Det går an å søke om ett til."),
        Way.RETURNING: _("Kan få igjen plassen selv om listen er stengt, fordi du har flyttet tilbake i tide."),
        Way.QUEUED: _("Står i kø her allerede."),
        Way.QUEUE: _("Kan stå i kø, og beholder fastlegen imens."),
        Way.NONE: _("Kan verken velge listen eller stå i kø for den nå."),
    }[way]


@dataclass(frozen=True)
class Line:
    """A way in, for a row of the search, and where it leads; nowhere when there is nothing to do."""

    text: str
    address: str


def way_in_short(prospects: Sequence[Prospect], people: Sequence[Someone]) -> list[Line]:
    """The ways in for a row of the search: the resident's own, and a child's where it has another."""
    ways = {each.person_id: each for each in prospects}
    own = next(((ways[each.person_id], each) for each in people if each.own and each.person_id in ways), None)
    lines = [Line(_short(own[0].way), _leads_to(*own))] if own is not None else []
    others = [each for each in people if not each.own and each.person_id in ways and ways[each.person_id].way in ENTER]
    if others and (own is None or own[0].way not in ENTER):
        text = _("%(who)s kan komme inn nå") % {"who": formats.several([each.label for each in others])}
        lines.append(Line(text, reverse("my-switch", args=[prospects[0].list_id])))
    return lines


def _leads_to(prospect: Prospect, who: Someone) -> str:
    if prospect.way in ENTER:
        return reverse("my-switch", args=[prospect.list_id])
    if prospect.way == Way.QUEUE:
        return reverse("my-queue-join", args=[prospect.list_id])
    return apply_at(prospect, who)


def _short(way: Way) -> str:
    return {
        Way.OWN: _("Din liste"),
        Way.OPEN: _("Du kan velge listen nå"),
        Way.WITH_PARENT: _("Du kan komme inn: en forelder står her"),
        Way.SPENT: _("Ledig, men årets bytter er brukt"),
        Way.RETURNING: _("Du kan få igjen plassen din"),
        Way.QUEUED: _("Du står i kø her"),
        Way.QUEUE: _("Du kan stille deg i kø"),
        Way.NONE: _("Du kan ikke velge listen nå"),
    }[way]
