"""Min side through Django's client: bounded work, stale and hostile forms, and pages that say what happened."""

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from logging_in import log_in
from page_forms import fields_of, text_of
from register_scene import (
    BEGINS,
    CHILD,
    FULL,
    MAN,
    MOTHER,
    ROOMY,
    UNPLACED,
    add_list,
    add_membership,
    add_period,
    add_person,
    make_register,
)

from fastlege.access.viewers import resident
from fastlege.casework.models import Application, Attachment, PlaceStanding, Round
from fastlege.casework.standings import waits_of_places
from fastlege.registry.journal import on_day
from fastlege.registry.models import GPContract, Membership, Office, QueuePlace, RegisterState, Switch
from fastlege.registry.state import last_change
from fastlege.web import site_data
from fastlege.web.login import rates
from fastlege.web.resident.people import people_of

pytestmark = pytest.mark.django_db

# One with more digits than are written without a space between thousands: ids in forms are for machines.
OTHER, OTHER_FULL = 4, 4005


@pytest.fixture(autouse=True)
def scene():
    """The register by hand, with one more list that has room and one more that is full."""
    make_register()
    with on_day(BEGINS):
        add_list(OTHER, cap=10, member_count=0)
        add_list(OTHER_FULL, cap=0, status="closed", member_count=0)
        add_period(OTHER, doctor=2, start=date(2015, 1, 1), known_on=None)
    site_data.forget()
    rates.forget()
    yield
    site_data.forget()


@pytest.fixture
def mother():
    client = Client()
    log_in(client, MOTHER)
    return client


def check_page(client, list_id=OTHER, who="meg"):
    return client.get(reverse("my-switch", args=[list_id]), {"sjekk": "1", "hvem": who})


def confirm(client, page, list_id=OTHER, **more):
    action = reverse("my-switch", args=[list_id])
    return client.post(action, fields_of(page, action) | more)


def key_of_child():
    return next(each.key for each in people_of(resident(MOTHER)) if each.person_id == CHILD)


def statements(client, address):
    """How many statements a page takes, those that are sent straight to the driver among them."""
    # What the site keeps for a minute is read before, and stays kept while the statements are counted.
    clock, site_data.monotonic = site_data.monotonic, lambda: 0.0
    try:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
    finally:
        site_data.monotonic = clock
    return len(captured)


def queue_up(*lists):
    with on_day(BEGINS):
        for number in lists:
            add_list(number, cap=0, status="closed")
            QueuePlace.objects.create(
                person_id=MOTHER, list_id=number, rank=number - 19, requested_at="2026-05-01T08:00:00Z", known_on=None
            )


def test_the_overview_takes_a_set_number_of_statements_however_much_one_has(mother):
    queue_up(20)
    one = statements(mother, reverse("my"))
    queue_up(21, 22, 23, 24)
    assert statements(mother, reverse("my")) == one <= 18


def test_a_new_place_and_wishes_newly_asked_for_cost_the_overview_no_more_however_many(mother):
    assert confirm(mother, check_page(mother)).status_code == 302
    with on_day(BEGINS):
        for number in (20, 21, 22):
            add_list(number, cap=0, status="closed")
    assert join(mother, 20).status_code == 302
    one = statements(mother, reverse("my"))
    assert "1. juli 2026" in text_of(mother.get(reverse("my")))
    assert (join(mother, 21).status_code, join(mother, 22).status_code) == (302, 302)
    assert statements(mother, reverse("my")) == one <= 18


def test_the_search_takes_a_set_number_of_statements_however_many_lists_there_are(mother):
    few = statements(mother, reverse("my-find"))
    with on_day(BEGINS):
        for number in range(20, 60):
            add_list(number)
    assert statements(mother, reverse("my-find")) == few <= 10


def test_a_switch_is_checked_confirmed_and_told_in_a_receipt(mother):
    page = check_page(mother)
    assert "1. juli 2026" in text_of(page)
    assert "Etter det er 1 av 2 bytter igjen i 2026" in text_of(page)
    done = confirm(mother, page)
    assert done.status_code == 302
    receipt = mother.get(done.headers["Location"])
    assert "Byttet er registrert" in text_of(receipt)
    assert "Ny fastlege er Lege 2 fra 1. juli 2026." in text_of(receipt)
    assert Membership.objects.get(person_id=MOTHER, end=None).list_id == OTHER
    assert "Ny fastlege: Lege 2." in text_of(mother.get(reverse("my")))


def test_a_double_click_switches_once_and_gives_the_same_receipt(mother):
    page = check_page(mother)
    first, second = confirm(mother, page), confirm(mother, page)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert Switch.objects.filter(person_id=MOTHER).count() == 1


def test_a_page_from_before_another_tab_switched_is_refused_and_shows_what_holds(mother):
    stale = check_page(mother)
    assert confirm(mother, check_page(mother, ROOMY + 2)).status_code == 302
    before = last_change()
    answer = confirm(mother, stale)
    assert answer.status_code == 409
    assert "Fastlegen er endret siden du åpnet siden" in text_of(answer)
    assert last_change() == before


def test_a_page_left_open_over_the_turn_of_the_month_is_refused_with_the_new_day(mother):
    page = check_page(mother)
    action = reverse("my-switch", args=[OTHER])
    answer = mother.post(action, fields_of(page, action) | {"virkning": "2026-06-01"})
    assert answer.status_code == 409
    assert "gjelder fra 1. juli 2026" in text_of(answer)
    assert not Switch.objects.exists()


def test_a_list_that_closed_while_the_page_was_open_is_told_at_the_top(mother):
    page = check_page(mother)
    with on_day(BEGINS):
        GPContract.objects.filter(pk=OTHER).update(cap=0, status="closed")
    answer = confirm(mother, page)
    assert answer.status_code == 409
    assert "Listen er full" in text_of(answer)
    assert 'id="feil"' in answer.content.decode()
    assert not Switch.objects.exists()


def test_children_come_along_and_the_other_is_told_by_the_same_receipt(mother):
    page = mother.get(reverse("my-switch", args=[OTHER]), {"sjekk": "1", "hvem": ["meg", key_of_child()]})
    receipt = mother.get(confirm(mother, page).headers["Location"])
    assert "Meg selv og Jente på 7 år" in text_of(receipt) or "Meg selv og Gutt på 7 år" in text_of(receipt)
    given = Membership.objects.filter(end=None, list_id=OTHER).values_list("person_id", flat=True)
    assert set(given) == {MOTHER, CHILD}


def test_choosing_nobody_is_told_at_the_field(mother):
    answer = mother.get(reverse("my-switch", args=[OTHER]), {"sjekk": "1"})
    assert answer.status_code == 400
    assert 'href="#hvem"' in answer.content.decode()
    assert 'id="hvem-feil"' in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("my-switch", {}),
        ("my-switch", {"hvem": "meg", "nokkel": "x", "virkning": "2026-07-01", "sett": "meg:2"}),
        ("my-switch", {"hvem": "meg", "nokkel": "00000000-0000-0000-0000-000000000001", "virkning": "i morgen"}),
        ("my-queue-join", {"hvem": "meg", "svar": "kanskje", "nokkel": "00000000-0000-0000-0000-000000000001"}),
        ("my-queue-join", {"hvem": "meg", "svar": "ja", "nokkel": "<script>"}),
    ],
)
def test_a_form_that_is_not_ours_is_a_bad_request_and_changes_nothing(mother, name, values):
    before = last_change()
    answer = mother.post(reverse(name, args=[OTHER]), values)
    assert answer.status_code == 400
    assert "Forespørselen kunne ikke leses" in text_of(answer)
    assert last_change() == before


@pytest.mark.parametrize("values", [{"sett": "9" * 40, "liste": "1", "vei": "opp"}, {"sett": "1,x", "vei": "opp"}, {}])
def test_a_hostile_order_of_wishes_is_a_bad_request(mother, values):
    assert mother.post(reverse("my-queue-order", args=["meg"]), values).status_code == 400


def join(client, list_id=FULL, **more):
    action = reverse("my-queue-join", args=[list_id])
    fields = fields_of(client.get(action), action)
    return client.post(action, fields | {"hvem": ["meg"], "svar": "ja"} | more)


def test_the_form_of_a_queue_says_who_waits_already_since_they_cannot_join_the_others(mother):
    with on_day(BEGINS):
        add_list(20, cap=0, status="closed")
    assert join(mother, 20).status_code == 302
    page = text_of(mother.get(reverse("my-queue-join", args=[FULL])))
    assert page.count("Plasser i kø fra før: 1.") == 1
    answer = join(mother, FULL, hvem=["meg", key_of_child()])
    assert answer.status_code == 409
    assert "De som venter sammen, må ha de samme ønskene." in text_of(answer)


def test_a_switch_within_an_office_offers_no_record_to_send(mother):
    page = check_page(mother)
    assert "Journalen" not in text_of(page)
    receipt = mother.get(confirm(mother, page).headers["Location"])
    assert "Kontoret får beskjed." in text_of(receipt)
    assert "journal" not in text_of(receipt).lower()


ELSEWHERE, ONE_WHO_CAME = 30, 40


@pytest.fixture
def came_from_elsewhere():
    """One who came from a list of another office years ago."""
    with on_day(BEGINS):
        office = {"name": "Elveparken", "organisation_number": "810034883", "municipality_id": "4204"}
        Office.objects.create(office_id=2, latitude=58.15, longitude=8.0, services=[], known_on=None, **office)
        add_list(ELSEWHERE, office_id=2)
        add_person(ONE_WHO_CAME, household_id=4)
        then = date(2018, 1, 1)
        add_membership(ONE_WHO_CAME, ELSEWHERE, start=date(2012, 1, 1), end=then, end_reason="chosen_direct")
        add_membership(ONE_WHO_CAME, ROOMY, start=then, previous_end=then)
    client = Client()
    log_in(client, ONE_WHO_CAME)
    return client


def test_an_office_of_long_ago_is_not_told_of_a_switch_within_the_present_one(came_from_elsewhere):
    receipt = came_from_elsewhere.get(confirm(came_from_elsewhere, check_page(came_from_elsewhere)).headers["Location"])
    assert "Kontoret får beskjed." in text_of(receipt)
    assert "journal" not in text_of(receipt).lower()


def test_a_switch_to_another_office_is_told_to_both_and_offers_the_record(came_from_elsewhere):
    page = check_page(came_from_elsewhere, ELSEWHERE)
    receipt = came_from_elsewhere.get(confirm(came_from_elsewhere, page, ELSEWHERE).headers["Location"])
    assert "Begge kontorene får beskjed." in text_of(receipt)
    assert "Be om at journalen sendes" in text_of(receipt)


def test_a_place_taken_instead_in_the_present_office_leaves_no_record_behind(came_from_elsewhere):
    for gp_list in (ELSEWHERE, OTHER):
        answer = confirm(came_from_elsewhere, check_page(came_from_elsewhere, gp_list), gp_list)
    assert "Kontoret får beskjed." in text_of(came_from_elsewhere.get(answer.headers["Location"]))


def test_nobody_is_asked_to_choose_where_nobody_can_queue(mother):
    queue_up(20, 21, 22, 23, 24)
    page = mother.get(reverse("my-queue-join", args=[ROOMY]))
    assert "Når det blir plass" not in text_of(page)
    assert 'type="submit"' not in page.content.decode().split("<main")[1].split("</main>")[0]


def test_queue_places_are_joined_reordered_and_left(mother):
    receipt = mother.get(join(mother).headers["Location"])
    assert "Du står i kø hos Lege 1." in text_of(receipt)
    join(mother, OTHER_FULL)
    action = reverse("my-queue-order", args=["meg"])
    shown = mother.get(reverse("my-queue", args=["meg"]))
    form = fields_of(shown, action)
    assert form["sett"] == [f"{FULL},{OTHER_FULL}"]
    assert f'name="liste" value="{OTHER_FULL}"' in shown.content.decode()
    moved = mother.post(action, form | {"liste": OTHER_FULL, "vei": "opp"})
    assert "Rekkefølgen er endret" in text_of(mother.get(moved.headers["Location"]))
    order = QueuePlace.objects.filter(person_id=MOTHER).order_by("rank").values_list("list_id", flat=True)
    assert list(order) == [OTHER_FULL, FULL]
    leave = reverse("my-queue-leave", args=["meg", FULL])
    left = mother.post(leave, fields_of(mother.get(leave), leave))
    assert "Du er ute av køen" in text_of(mother.get(left.headers["Location"]))
    again = mother.post(leave, {"nokkel": "00000000-0000-0000-0000-000000000001"})
    assert "Plassen finnes ikke lenger" in text_of(again)


def test_an_order_from_an_old_tab_is_refused_and_the_order_stays(mother):
    join(mother)
    join(mother, OTHER_FULL)
    answer = mother.post(
        reverse("my-queue-order", args=["meg"]),
        {"sett": str(FULL), "liste": str(FULL), "vei": "ned", "nokkel": "00000000-0000-0000-0000-000000000001"},
    )
    assert answer.status_code == 409
    assert "Ventelistene er endret siden du åpnet siden" in text_of(answer)


def test_a_queue_for_a_list_with_room_is_refused_with_the_reason(mother):
    answer = mother.post(
        reverse("my-queue-join", args=[OTHER]),
        {"hvem": "meg", "svar": "ja", "nokkel": "00000000-0000-0000-0000-000000000001"},
    )
    assert answer.status_code == 409
    assert not QueuePlace.objects.exists()


def test_opting_out_asks_for_a_tick_and_twice_is_once(mother):
    address = reverse("my-opt-out", args=["meg"])
    fields = fields_of(mother.get(address), address)
    assert mother.post(address, fields).status_code == 400
    done = mother.post(address, fields | {"sikker": "1"})
    assert urlsplit(done.headers["Location"]).path == reverse("my")
    assert "Du står nå utenfor ordningen" in text_of(mother.get(done.headers["Location"]))
    before = last_change()
    assert mother.post(address, fields | {"sikker": "1"}).status_code == 302
    assert last_change() == before
    back = mother.post(address, fields_of(mother.get(address), address))
    assert "Du er tilbake i ordningen" in text_of(mother.get(back.headers["Location"]))


def use_up(person=MOTHER):
    with on_day(BEGINS):
        for month in (2, 4):
            Switch.objects.create(
                person_id=person, from_list_id=FULL, to_list_id=ROOMY, on=date(2026, month, 1),
                reason="chosen_direct", chosen=True, known_on=None,
            )  # fmt: skip


def test_a_third_switch_is_refused_and_can_be_applied_for(mother):
    open_page = check_page(mother)
    use_up()
    assert "De 2 byttene for i år er brukt" in text_of(mother.get(reverse("my")))
    refused = confirm(mother, open_page)
    assert refused.status_code == 409
    assert "2 ganger i et kalenderår" in text_of(refused)
    address = reverse("my-applications", args=["meg"])
    assert f'href="{address}?liste={OTHER}"' in refused.content.decode()
    fields = fields_of(mother.get(address, {"liste": OTHER}), address)
    done = mother.post(address, fields | {"grunn": "Legen og jeg er i slekt.", "vedlegg": pdf()})
    assert "Søknaden er sendt" in text_of(mother.get(done.headers["Location"]))
    kept = Attachment.objects.get()
    download = mother.get(reverse("my-attachment", args=[kept.pk]))
    assert download.headers["Content-Disposition"].startswith("attachment;")
    assert download.content == PDF
    withdrawn = mother.post(address, {"trekk": str(Application.objects.get().pk)})
    assert "Søknaden er trukket" in text_of(mother.get(withdrawn.headers["Location"]))


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def pdf(name="brev.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.mark.parametrize("content", [b"MZ\x90\x00 a program", b"<html><script>alert(1)</script>", b""])
def test_a_file_posing_as_an_attachment_is_told_at_its_field_and_nothing_is_kept(mother, content):
    use_up()
    address = reverse("my-applications", args=["meg"])
    fields = fields_of(mother.get(address), address)
    answer = mother.post(address, fields | {"grunn": "Fordi.", "vedlegg": pdf(content=content)})
    assert answer.status_code == 409
    assert 'id="vedlegg-feil"' in answer.content.decode()
    assert "Fordi." in answer.content.decode()
    assert not Application.objects.exists()


def test_an_address_of_e_mail_that_is_none_is_told_at_its_field(mother):
    address = reverse("my-settings")
    answer = mother.post(address, {"varsel": "1", "epost": "ikke en adresse", "sprak": "nn"})
    assert answer.status_code == 400
    assert 'aria-describedby="epost-feil"' in answer.content.decode()
    saved = mother.post(address, {"varsel": "1", "epost": "mor@eksempel.no", "sprak": "nn"})
    assert "Innstillingene er lagret" in text_of(mother.get(saved.headers["Location"]))


def test_an_unplaced_resident_is_told_since_when_and_what_to_do():
    client = Client()
    log_in(client, UNPLACED)
    assert "Uten fastlege siden 1. mai 2026." in text_of(client.get(reverse("my")))


def test_no_address_of_a_page_holds_the_id_of_a_person(mother):
    for name in ("my", "my-find", "my-messages"):
        links = re.findall(r'(?:href|action)="(/[^"]*)"', mother.get(reverse(name)).content.decode())
        assert not [link for link in links if re.search(rf"\b({MOTHER}|{CHILD}|{MAN})\b", link)]


def test_history_leads_to_why_each_stay_began_and_a_list_never_held_is_not_found(mother):
    confirm(mother, check_page(mother))
    stay = Membership.objects.get(person_id=MOTHER, list_id=OTHER)
    why = reverse("my-why-move", args=["meg", OTHER])
    told = mother.get(why)
    assert told.status_code == 200
    assert "Valgte listen selv. Plassen gjelder fra 1. juli 2026. Når en liste har ledige plasser" in text_of(told)
    assert "FOR-2012-08-29-843" in text_of(told)
    held = Membership.objects.filter(person_id=MOTHER).exclude(pk=stay.pk).get()
    history = mother.get(reverse("my-history", args=["meg"])).content.decode()
    assert f'href="{reverse("my-why-move", args=["meg", held.list_id])}"' in history
    assert "til Lege 2." in history
    assert mother.get(reverse("my-why-move", args=["meg", OTHER_FULL])).status_code == 404


def test_who_leaves_a_queue_is_called_you(mother):
    join(mother)
    assert "Du er nummer 1 i køen hos Lege 1." in text_of(mother.get(reverse("my-queue-leave", args=["meg", FULL])))


def test_a_place_taken_anew_does_not_keep_the_wait_of_the_one_given_up(mother):
    queue_up(20)
    past = QueuePlace.objects.get(person_id=MOTHER, list_id=20).requested_at
    loaded = RegisterState.objects.get().loaded_at
    told = Round.objects.create(
        digest="d", register_loaded_at=loaded, on=BEGINS, input_digest="i", rule_digest="r", header={"seed": 1},
        signed_by="anna",
    )  # fmt: skip
    place = {"round": told, "list_id": 20, "wait_low": 30, "wait_median": 60, "wait_high": 90}
    PlaceStanding.objects.create(
        person_id=MOTHER, rank=1, requested_at=past, outcome="list_full", wait_basis="estimated", **place
    )
    Round.objects.filter(pk=told.pk).update(applied_by="anna", applied_at=Now(), recorded_on=BEGINS)
    asked = {20: past}
    assert waits_of_places(resident(MOTHER), MOTHER, asked, on=BEGINS)[20].median == 60
    assert waits_of_places(resident(MOTHER), MOTHER, {20: past + timedelta(days=40)}, on=BEGINS) == {}
