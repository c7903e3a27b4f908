"""Who may see a person, and that every look by another is noted."""

from datetime import date

import pytest
import register_scene as scene
from django.core.exceptions import PermissionDenied
from register_scene import CHILD, MAN, MOTHER, UNPLACED

from fastlege.access.models import Lookup
from fastlege.access.viewers import Role, Viewer
from fastlege.registry.queries import person

DAY = date(2026, 7, 10)
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="case 7")
HERSELF = Viewer("resident", Role.RESIDENT, person_id=MOTHER)


@pytest.fixture(autouse=True)
def register(db):
    scene.make_register()


def test_residents_see_themselves_without_a_note_and_their_children_with_one():
    assert person(HERSELF, MOTHER, on=DAY).pk == MOTHER
    assert not Lookup.objects.exists()
    assert person(HERSELF, CHILD, on=DAY).pk == CHILD
    assert [look.viewer for look in Lookup.objects.filter(person_id=CHILD)] == ["resident"]


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
    for somebody in (MAN, 999):
        with pytest.raises(PermissionDenied):
            person(viewer, somebody, on=DAY)
    assert not Lookup.objects.exists()


def test_a_case_worker_with_a_purpose_sees_and_is_noted():
    assert person(CLERK, UNPLACED, on=DAY).pk == UNPLACED
    look = Lookup.objects.get()
    assert (look.viewer, look.role, look.purpose, look.person_id) == ("clerk", "case_worker", "case 7", UNPLACED)
