"""What the rules need to know of a person and a list, read from the register."""

from __future__ import annotations

from datetime import date

from fastlege.access.viewers import Role
from fastlege.kernel.vocabulary import ListStatus, Reason
from fastlege.registry.actions.writing import Case
from fastlege.registry.journal import EventKind
from fastlege.registry.models import Event, GPContract, Membership, Person, QueuePlace, Switch
from fastlege.rules.admission import Applicant, ListFacts
from fastlege.rules.custody import Requester
from fastlege.rules.switching import Switch as CountedSwitch
from fastlege.rules.switching import SwitchCause
from fastlege.rules.waiting import Wish


def list_facts(gp_list: GPContract) -> ListFacts:
    """A list as the rules see it; the length counts those who have been given a place for a coming day."""
    return ListFacts(cap=gp_list.cap, length=gp_list.member_count, status=ListStatus(gp_list.status), end=gp_list.end)


def applicant(person: Person, gp_list: GPContract) -> Applicant:
    """A person as one who wants to enter a list."""
    parents = [parent for parent in (person.mother_id, person.father_id) if parent is not None]
    on_list = Membership.objects.filter(list_id=gp_list.pk)
    earlier = on_list.filter(person_id=person.person_id, end__isnull=False).order_by("-start")
    moved_back = (
        Event.objects.filter(
            person_id=person.person_id,
            kind__in=[EventKind.MOVED, EventKind.IMMIGRATED],
            details__to=gp_list.municipality_id,
        )
        .order_by("-on")
        .values_list("on", flat=True)
        .first()
    )
    return Applicant(
        birth_date=person.birth_date,
        parent_is_member=on_list.filter(person_id__in=parents, end__isnull=True).exists(),
        left_list_on=earlier.values_list("end", flat=True).first(),
        moved_back_on=moved_back,
        removed_by_gp=earlier.filter(end_reason=Reason.REMOVED_FOR_VIOLENCE.value).exists(),
    )


def own_switches(person: Person) -> list[CountedSwitch]:
    """The person's switches by own choice, made and granted."""
    days = Switch.objects.filter(person_id=person.person_id, chosen=True).order_by("on").values_list("on", flat=True)
    return [CountedSwitch(on=day) for day in days]


def cause_of_switch(person: Person, *, on: date) -> SwitchCause:
    """A switch follows a registered move when the person has moved this year and has not chosen a list since."""
    moves = Event.objects.filter(person_id=person.person_id, kind=EventKind.MOVED, on__lte=on, on__year=on.year)
    moved = moves.order_by("-on").first()
    if moved is None:
        return SwitchCause.OWN_CHOICE
    since = Event.objects.filter(person_id=person.person_id, kind=EventKind.SWITCHED, id__gt=moved.pk)
    return SwitchCause.OWN_CHOICE if since.exists() else SwitchCause.REGISTERED_MOVE


def requester(person: Person, case: Case) -> Requester | None:
    """Who asks on the person's behalf; none for a case worker, who carries out what has been decided.

    The register knows parents and not custody: a parent is taken to have it.
    """
    if case.by.role == Role.CASE_WORKER:
        return None
    if case.by.person_id == person.person_id:
        return Requester.SELF
    is_parent = case.by.person_id is not None and case.by.person_id in {person.mother_id, person.father_id}
    return Requester.CUSTODIAN if is_parent else Requester.OTHER


def wishes(person: Person) -> list[Wish]:
    """The person's places in queues."""
    places = QueuePlace.objects.filter(person_id=person.person_id).values_list("list_id", "rank")
    return [Wish(list_id, rank) for list_id, rank in places]
