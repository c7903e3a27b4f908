"""The page of shares and the free card on a phone, with a card and visits of every kind: axe finds nothing."""

import pytest
from axe_checks import found_by_axe
from resident_scheme import WHO

pytestmark = pytest.mark.browser

ADDRESS = "/min-side/egenandeler/meg/"
# day, share, what counts, exemption
VISITS = [("2026-02-03", 300_000, 300_000, ""), ("2026-03-04", 40_000, 27_900, ""), ("2026-04-05", 0, 0, "F")]

_VISIT = """
with m as (
    insert into claim_messages (digest, status, message_id, practitioner, practice_id, sent_at, received_on,
        received_by, errors)
    values (%(key)s, 'received', %(key)s, '1', 'p', now(), %(on)s, 'test', '[]') returning id)
insert into claim_bills (id, message_id, position, practitioner, bill_number, content, doctor_id, person_id, payee,
    "on", "time", setting, place, diagnoses, exemption, circumstances, line_count, amount_ore, share_ore)
select %(number)s, m.id, 0, '1', %(key)s, %(key)s, 1, %(person)s, 'gp', %(on)s, '10:00', 'gp', '4204', '{}',
    %(exemption)s, '{}', 1, %(share)s + 100, %(share)s from m
"""


@pytest.fixture
def visits(residents):
    """A resident who has reached the ceiling, and paid above it."""
    person = WHO["served"]
    with residents.connection.transaction():
        for number, (day, share, counted, exemption) in enumerate(VISITS, 9_001):
            values = {
                "number": number, "key": f"k{number}", "on": day, "share": share, "exemption": exemption,
                "person": person, "counted": counted,
            }  # fmt: skip
            run = residents.connection.execute
            run(
                "insert into claim_lines (bill_id, line, code, count, amount_ore, share_ore)"
                " values (%(number)s, 1, '2ad', 1, %(share)s + 100, %(share)s)",
                values,
            )
            run(_VISIT, values)
            run(
                'insert into claim_results (bill_id, approved, "on", counted_ore, breaches, not_checked, rules_digest)'
                " values (%(number)s, true, %(on)s, %(counted)s, '[]', '[]', 'r')",
                values,
            )
        run(
            "insert into free_cards (person_id, year, from_on, from_time, bill_id, ceiling_ore, issued_on)"
            " values (%s, 2026, '2026-03-04', '10:00', 9002, 327800, '2026-03-06')",
            [person],
        )
        run(
            'insert into share_differences (person_id, year, change_ore, paid_ore, ceiling_ore, "on")'
            " values (%s, 2026, 100, 327900, 327800, '2026-03-06')",
            [person],
        )
    return person


def test_shares_on_a_phone_in_every_language(visits, visit):
    found, seen = {}, visit("served", height=256, scripts=True)
    for language, prefix in {"nb": "", "nn": "/nn", "en": "/en"}.items():
        seen.page.goto(prefix + ADDRESS)
        assert seen.page.locator("ul.rows > li").count() == len(VISITS)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320
        found |= found_by_axe(seen.page, language, colours=language == "nb")
        seen.picture(language)
    assert found == {}
