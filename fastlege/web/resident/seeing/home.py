"""The overview: GP now and to come, places in queues, offers and messages; of the resident, or of one chosen for."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fastlege.messages import queries as messages
from fastlege.registry.list_search import PublicList
from fastlege.registry.resident.overview import OpenOffer, Overview, open_offers, overview
from fastlege.registry.resident.past import SwitchesLeft, switches_left
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.pages.gp_list import doctor_facts
from fastlege.web.resident.day import today
from fastlege.web.resident.people import SELF, Someone, people_of, someone
from fastlege.web.resident.places import shown_places
from fastlege.web.resident.problems import show
from fastlege.web.resident.wording import coming
from fastlege.web.wording import state_of

_LATEST = 3


@resident_required
@require_safe
def own(request: VisitorRequest) -> HttpResponse:
    """The resident's own overview."""
    return _page(request, SELF)


@resident_required
@require_safe
def of_someone(request: VisitorRequest, who: str) -> HttpResponse:
    """The overview of one whom the resident chooses for."""
    return _page(request, who)


def _page(request: VisitorRequest, key: str) -> HttpResponse:
    on = today()
    people = people_of(request.viewer)
    who = someone(request, key, people)
    seen = overview(request.viewer, who.person_id, on=on)
    left = switches_left(request.viewer, who.person_id, on=on)
    context = {
        "part": "home",
        "day": on,
        "done": _done(request.GET.get("svart", ""), request.GET.get("ordning", "")),
        "who": who,
        "heading": _("Min side") if who.own else who.label,
        "gp": gp_card(seen.gp, seen) if seen.gp else None,
        "may_switch": not who.opted_out,
        "unplaced_since": seen.unplaced_since,
        "opted_out": who.opted_out,
        "coming": [
            {
                "day": each.day,
                "text": coming(each.reason, each.name),
                "why": reverse("my-why-move", args=[who.key, each.list_id]),
            }
            for each in seen.coming
        ],
        "offers": [_offer(each, people) for each in _offers(seen, who, people)],
        "places": shown_places(request, who, seen.places),
        "switches": {"year": str(left.year), "text": switches_text(left)} if not who.opted_out else None,
        "spent": left.spent,
        "children": [_child(each) for each in people if not each.own] if who.own else [],
        "messages_shown": messages.inbox(request.viewer, formats.language(), at_most=_LATEST) if who.own else None,
    }
    return show(request, "person", context)


def _offers(seen: Overview, who: Someone, people: Sequence[Someone]) -> list[OpenOffer]:
    """The person's own; on the resident's own page those of the others too, since nobody else answers them."""
    others = [each.person_id for each in people if not each.own] if who.own else []
    return seen.offers + open_offers(others)


def _offer(offer: OpenOffer, people: Sequence[Someone]) -> dict[str, object]:
    about = next(each for each in people if each.person_id == offer.person_id)
    return {
        "name": offer.name,
        "about": "" if about.own else about.label,
        "last_day": offer.answer_by,
        "address": reverse("my-offer", args=[about.key, offer.list_id]),
    }


def _done(answered: str, opted: str) -> str:
    """What has just been done, when the page was sent on to."""
    said = {"ja": _("Du har tatt imot plassen."), "nei": _("Du har takket nei til plassen.")}.get(answered, "")
    scheme = {"ut": _("Du står nå utenfor ordningen."), "inn": _("Du er tilbake i ordningen.")}.get(opted, "")
    return said or scheme


def _child(each: Someone) -> dict[str, str]:
    gp = _("Utenfor ordningen") if each.opted_out else each.facts.list_name or _("Uten fastlege nå")
    return {"key": each.key, "label": each.label, "gp": gp}


def gp_card(gp: PublicList, seen: Overview) -> dict[str, object]:
    """The GP as the overview shows it, and who receives patients now where that is somebody else."""
    found = gp.found
    substitutes = [doctor for doctor in gp.doctors if doctor.relationship != "regular"]
    return {
        "name": found.doctor or found.name,
        "office": found.office,
        "municipality": found.municipality,
        # Whether it takes new people is no matter for one who stands on it.
        "state": state_of(found) if found.doctor is None else None,
        "vacant_since": gp.vacant_since,
        "substitutes": [f"{doctor.name}: {doctor_facts(doctor)}" for doctor in substitutes],
        "since": seen.since,
        "address": reverse("my-list", args=[found.list_id]),
    }


def switches_text(left: SwitchesLeft) -> str:
    """How many switches are left, in a sentence."""
    if left.left + left.extra == 0:
        return _("De %(most)s byttene for i år er brukt. Du kan søke om ett til.") % {"most": left.most}
    if left.extra:
        return _("%(left)s av %(most)s bytter igjen, og %(extra)s ekstra som er innvilget.") % {
            "left": left.left,
            "most": left.most,
            "extra": left.extra,
        }
    return _("%(left)s av %(most)s bytter igjen.") % {"left": left.left, "most": left.most}
