"""Who may see a person, and that every look by another is noted."""

from datetime import UTC, date, datetime

import pytest
import register_scene as scene
from django.core.exceptions import PermissionDenied
from register_scene import CHILD, FULL, MAN, MOTHER, ROOMY, UNPLACED

from fastlege.access.models import Lookup
from fastlege.access.viewers import Role, Viewer
from fastlege.registry import actions, queries
from fastlege.rules.waiting import Wish

DAY = date(2026, 7, 10)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="case 7")
HERSELF = Viewer("resident", Role.RESIDENT, person_id=MOTHER)


@pytest.fixture(autouse=True)
def register(db):
    scene.make_register()


def test_residents_see_themselves_without_a_note_and_their_children_with_one():
    assert queries.membership_on(HERSELF, MOTHER, DAY).list_id == ROOMY
    assert not Lookup.objects.exists()
    assert [row.list_id for row in queries.memberships(HERSELF, CHILD, on=DAY)] == [ROOMY]
    assert [look.viewer for look in queries.lookups_of(HERSELF, CHILD, on=DAY)][-1] == "resident"


@pytest.mark.parametrize(
    "viewer",
    [
        HERSELF,
        Viewer("clerk without a case", Role.CASE_WORKER),
        Viewer("office", Role.OFFICE, purpose="curious"),
        Viewer("anyone", Role.PUBLIC),
    ],
)
def test_others_see_nothing_and_not_even_that_there_is_something(viewer):
    for person in (MAN, 999):
        with pytest.raises(PermissionDenied):
            queries.person(viewer, person, on=DAY)
    assert not Lookup.objects.exists()


def test_a_case_worker_with_a_purpose_sees_and_is_noted():
    assert queries.unplaced_since(CLERK, UNPLACED, on=DAY) == date(2026, 5, 1)
    look = Lookup.objects.get()
    assert (look.viewer, look.role, look.purpose, look.person_id) == ("clerk", "case_worker", "case 7", UNPLACED)


def test_the_number_in_line_counts_those_who_asked_earlier():
    for person, hour in [(CHILD, 8), (MOTHER, 9)]:
        moment = datetime(2026, 7, 10, hour, tzinfo=UTC)
        actions.queue_for_list(person, wish=Wish(FULL, 1), at=moment, by=CLERK)
    assert [(place.list_id, number) for place, number in queries.queue_places(HERSELF, MOTHER, on=DAY)] == [(FULL, 2)]
    assert [event.kind for event in queries.events_of(HERSELF, MOTHER, on=DAY)] == ["queued"]


def test_members_of_a_list_are_for_case_workers():
    assert queries.members_on(CLERK, ROOMY, DAY) == [MOTHER, CHILD]
    with pytest.raises(PermissionDenied):
        queries.members_on(HERSELF, ROOMY, DAY)
