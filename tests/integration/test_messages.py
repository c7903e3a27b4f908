"""Messages: told once, read by their reader alone, announced only to those who wish it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fastlege.access.viewers import Role, Viewer
from fastlege.kernel.errors import DataError, Refused
from fastlege.messages import actions, queries
from fastlege.messages.actions import NewMessage, queue_message, queue_messages
from fastlege.messages.kinds import LANGUAGES, MessageKind, catalogue, catalogue_problems, facts_needed, in_words
from fastlege.messages.models import Message, Notice

DAY = date(2026, 9, 1)
FACTS = {"list_name": "Torvet", "from_day": "2026-09-01"}
KARI, OLA = (Viewer("resident", Role.RESIDENT, person_id=number) for number in (1, 2))
CLERK = Viewer("clerk", Role.CASE_WORKER, purpose="test case")


def queue(key="switch:1", person_id=1, **changes):
    return queue_message(MessageKind.SWITCHED, key=key, on=DAY, facts=FACTS, person_id=person_id, **changes)


def test_the_catalogue_has_words_for_every_kind_in_every_language():
    assert list(catalogue_problems(catalogue())) == []


def test_a_catalogue_that_is_wrong_is_told_what_is_wrong():
    entries = {kind: dict(entry) for kind, entry in catalogue().items()}
    del entries["queued"], entries["switched"]["title_nn"]
    entries["offer"]["body_en"] = "{office_name}"
    entries["gossip"] = dict(entries["opted_in"])
    assert [problem.split(":")[0] for problem in catalogue_problems(entries)] == [
        *("kinds.toml, gossip", "kinds.toml, queued", "kinds.toml, switched", "kinds.toml, offer"),
    ]


@pytest.mark.parametrize("kind", list(MessageKind))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_can_be_written_with_its_facts(kind, language):
    facts = {name: "2026-09-01" if name.endswith("day") else 3 for name in facts_needed(kind)}
    words = in_words(kind, facts, language)
    assert words.title
    assert "{" not in words.body
    assert "2026-09-01" not in words.body


@pytest.mark.parametrize(("language", "lacks"), [("nb", "uten"), ("nn", "utan"), ("en", "without a regular GP")])
def test_a_list_without_a_gp_is_called_by_its_own_name_and_what_it_lacks(language, lacks):
    facts = {"list_name": {"vacant": "Torvet, liste 1"}, "from_day": "2026-09-01"}
    assert f"Torvet, liste 1 ({lacks}" in in_words(MessageKind.SWITCHED, facts, language).body


@pytest.mark.django_db
def test_a_message_is_read_in_the_language_of_the_reader():
    queue()
    (letter,) = queries.inbox(KARI, "en")
    assert letter.words.body.startswith("The place with Torvet holds from 1 September 2026.")
    assert queries.message(KARI, letter.id, "nn").words.title == "Bytet er registrert"


@pytest.mark.django_db
def test_the_same_thing_is_told_once():
    assert [queue(), queue(), queue(key="switch:2")] == [True, False, True]
    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_nobody_reads_what_was_written_to_another():
    queue()
    (letter,) = queries.inbox(KARI, "nb")
    assert queries.inbox(OLA, "nb") == []
    for refused in (
        lambda: queries.message(OLA, letter.id, "nb"),
        lambda: queries.message(KARI, letter.id + 1, "nb"),
        lambda: actions.mark_read(OLA, letter.id),
        lambda: queries.inbox(CLERK, "nb"),
        lambda: actions.set_contact(CLERK, email="a@example.org", wants_notice=True, language="nb"),
        lambda: actions.remove_contact(CLERK),
        lambda: queries.contact(CLERK),
        lambda: queries.notices_by_state(KARI),
    ):
        with pytest.raises(PermissionDenied):
            refused()


@pytest.mark.django_db
def test_an_office_reads_what_was_written_to_it():
    queue_message(MessageKind.RESIDENT_ARRIVES, key="switch:1:office", on=DAY, facts=FACTS, office_id=5)
    nurse, other = (Viewer("nurse", Role.OFFICE, doctor_id=1, office_ids=(number,)) for number in (5, 6))
    (letter,) = queries.inbox(nurse, "nb")
    assert letter.words.title == "Én ny innbygger på listen"
    assert queries.inbox(other, "nb") == []
    with pytest.raises(PermissionDenied):
        actions.mark_read(other, letter.id)
    actions.mark_read(nurse, letter.id)
    assert queries.unread(nurse) == 0


@pytest.mark.django_db
def test_the_moment_when_it_was_first_read_stands():
    queue()
    (letter,) = queries.inbox(KARI, "nb")
    assert (letter.read_at, queries.unread(KARI)) == (None, 1)
    actions.mark_read(KARI, letter.id)
    first = queries.message(KARI, letter.id, "nb").read_at
    actions.mark_read(KARI, letter.id)
    assert first is not None
    assert queries.message(KARI, letter.id, "nb").read_at == first
    assert queries.unread(KARI) == 0


@pytest.mark.django_db
def test_pages_of_the_inbox_follow_each_other():
    for number in range(5):
        queue(key=f"switch:{number}")
    first = queries.inbox(KARI, "nb", at_most=3)
    rest = queries.inbox(KARI, "nb", before=first[-1].id, at_most=3)
    assert [letter.id for letter in [*first, *rest]] == sorted(Message.objects.values_list("pk", flat=True))[::-1]


@pytest.mark.django_db
def test_only_those_who_wish_it_get_a_notice():
    actions.set_contact(KARI, email="kari@example.org", wants_notice=True, language="nn")
    actions.set_contact(OLA, email="ola@example.org", wants_notice=False, language="nb")
    queue(), queue("switch:2", 2), queue("switch:3", 3)
    assert list(Notice.objects.values_list("message__person_id", "state")) == [(1, "waiting")]
    assert queries.notices_by_state(CLERK) == {"waiting": 1}


@pytest.mark.django_db
def test_an_address_can_be_changed_and_forgotten():
    actions.set_contact(KARI, email="kari@example.org", wants_notice=True, language="nn")
    actions.set_contact(KARI, email="kari@example.com", wants_notice=False, language="en")
    found = queries.contact(KARI)
    assert (found.email, found.wants_notice, found.language) == ("kari@example.com", False, "en")
    actions.remove_contact(KARI)
    assert queries.contact(KARI) is None


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["", "kari", "kari@", "kari@example.org\nBcc: ola@example.org", "kari @example.org"])
def test_what_cannot_be_an_address_is_refused(email):
    with pytest.raises(Refused, match=r"contact\.email"):
        actions.set_contact(KARI, email=email, wants_notice=True, language="nb")
    assert queries.contact(KARI) is None


@pytest.mark.django_db
def test_many_are_queued_in_one_statement():
    statements = []

    def noted(execute, statement, *rest):
        statements.append(statement)
        return execute(statement, *rest)

    new = [NewMessage(MessageKind.SWITCHED, f"switch:{n}", DAY, FACTS, person_id=n, concerns_id=7) for n in range(9)]
    with connection.execute_wrapper(noted):
        assert queue_messages([*new, new[0]]) == 9
    assert len(statements) == 1
    assert queue_messages([]) == 0
    assert Message.objects.filter(concerns_id=7, on=DAY, facts=FACTS).count() == 9


@pytest.mark.django_db
@pytest.mark.parametrize("messages", [[], [NewMessage(MessageKind.SWITCHED, "switch:1", DAY, FACTS, person_id=1)]])
def test_what_is_done_beside_is_done_by_the_same_statement_also_without_a_message(messages):
    with CaptureQueriesContext(connection) as counted:
        beside = "set_config('fastlege.test', %(word)s, true)"
        assert queue_messages(messages, beside=beside, values={"word": "100 % done"}) == len(messages)
    assert len(counted) == 1
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('fastlege.test')")
        assert cursor.fetchone() == ("100 % done",)


@pytest.mark.parametrize("readers", [{}, {"person_id": 1, "office_id": 1}])
def test_a_message_has_one_reader(readers):
    with pytest.raises(DataError, match="one reader"):
        NewMessage(MessageKind.SWITCHED, "switch:1", DAY, FACTS, **readers)


def test_a_message_without_what_its_words_need_is_refused():
    with pytest.raises(DataError, match="lacks the facts from_day"):
        NewMessage(MessageKind.SWITCHED, "switch:1", DAY, {"list_name": "Torvet"}, person_id=1)


def test_a_language_or_kind_that_is_not_in_the_catalogue_is_refused():
    with pytest.raises(DataError, match="not a language"):
        in_words("switched", FACTS, "se")
    with pytest.raises(DataError, match="not a kind"):
        in_words("gossip", FACTS, "nb")
    with pytest.raises(DataError, match="lacks the fact"):
        in_words("switched", {}, "nb")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "delete from messages",
        "update messages set facts = '{}'",
        "update messages set person_id = 2",
        "update messages set read_at = now() + interval '1 day'",
        "delete from notices",
        "update notices set state = 'waiting'",
        "insert into messages (key, kind, facts, \"on\") values ('x', 'switched', '{}', '2026-09-01')",
        "insert into messages (key, kind, facts, \"on\", person_id) values ('switch:1', 'x', '{}', '2026-09-01', 1)",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_told(statement):
    actions.set_contact(KARI, email="kari@example.org", wants_notice=True, language="nn")
    queue()
    Notice.objects.update(state="sent")
    actions.mark_read(KARI, Message.objects.get().pk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
