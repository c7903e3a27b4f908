"""What is decided about each bill of a part, one after the other, as if they had come one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fastlege.claims.controlling.earlier import Earlier
from fastlege.claims.controlling.rows import Row, specialist_on
from fastlege.rules.claims.bill import Breach, Finding, Known, NotChecked, Setting
from fastlege.rules.claims.control import check_timeliness, control
from fastlege.rules.claims.ruleset import ruleset_on
from fastlege.rules.parameters import Rulebook
from fastlege.rules.shares.counting import counted_share
from fastlege.rules.shares.exemptions import check_exemption

_SOURCE = "claim message"
_DUPLICATE = "control_duplicate"


@dataclass(frozen=True)
class Decision:
    """The outcome for one bill; approved when there is no breach."""

    row: Row
    breaches: tuple[Breach, ...]
    not_checked: tuple[NotChecked, ...]
    counted: int

    @property
    def approved(self) -> bool:
        """Whether the bill broke no rule that could be checked."""
        return not self.breaches


def decide(rows: Sequence[Row], book: Rulebook) -> Iterator[Decision]:
    """The decisions about some bills, in their order: what is approved counts for those after it."""
    earlier = Earlier(rows)
    moments: dict[tuple[int | None, date, int, int], set[int | None]] = {}
    contents: set[str] = set()
    for row in rows:
        others = moments.get(row.moment, set()) - {row.raw.doctor_id} if row.raw.list_id is not None else set()
        known = _known(row, earlier, other_at_minute=row.raw.other_at_minute or bool(others))
        decision = _decide(row, known, book, billed_before=row.raw.billed_before or row.raw.content in contents)
        if decision.approved:
            earlier.add(row)
            moments.setdefault(row.moment, set()).add(row.raw.doctor_id)
            contents.add(row.raw.content)
        yield decision


def _known(row: Row, earlier: Earlier, *, other_at_minute: bool) -> Known:
    of_patient = earlier.of_patient(row)
    since = specialist_on(row.bill.on, row.raw.specialist_since)
    return Known(
        patient_birth=row.raw.birth,
        own_list=None if row.raw.person_id is None or row.raw.doctor_id is None else row.raw.own_list,
        list_length=earlier.length(row),
        specialist_since=since,
        is_specialist=None if row.raw.doctor_id is None else since is not None,
        free_card=None if row.raw.person_id is None else row.raw.free_card,
        billed_by_other_at_that_minute=other_at_minute,
        of_patient_this_year=of_patient,
        # Those who send bills here are all of one specialty.
        of_patient_with_specialty_this_year=of_patient,
        of_list_this_half_year=earlier.of_list(row),
    )


def _decide(row: Row, known: Known, book: Rulebook, *, billed_before: bool) -> Decision:
    bill, rules = row.bill, ruleset_on(row.bill.on)
    found: list[Finding] = [*_parties(row)]
    if billed_before:
        rule = rules.rule_for_all(_DUPLICATE)
        found.append(Breach("billed_before", (), rule.source if rule else _SOURCE, rule.line if rule else 0))
    late = list(check_timeliness(bill, received=row.raw.received, book=book))
    found += late
    if not late:
        checked = control(bill, known)
        found += [*checked.breaches, *checked.not_checked]
        found += check_exemption(bill, row.raw.birth, rules=rules, book=book)
    breaches = tuple(one for one in found if isinstance(one, Breach))
    return Decision(
        row,
        breaches,
        tuple(one for one in found if isinstance(one, NotChecked)),
        0 if breaches or bill.exemption else counted_share(bill, rules),
    )


def _parties(row: Row) -> Iterator[Breach]:
    """Doctor and patient stand in the registers, and so does the municipality that a web doctor works for."""
    if row.raw.doctor_id is None:
        yield Breach("unknown_doctor", (), _SOURCE)
    if row.raw.person_id is None:
        yield Breach("unknown_patient", (), _SOURCE)
    if row.bill.setting == Setting.WEB_DOCTOR and row.raw.payee_municipality is None:
        yield Breach("unknown_place", (), _SOURCE)
