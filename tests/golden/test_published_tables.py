"""Every published table: its own arithmetic, what was counted beside it, and the page that says so."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from tools.published.cells import HIDDEN, Cell
from tools.published.counted import law
from tools.published.identities.every import identities
from tools.published.identities.ledger import Ledger, explained, known
from tools.published.page import PAGE, TITLES, lines_of, render, unlisted
from tools.published.printed import ANNUAL, STATUS, Range, Table, cells, files, number_of, rounded
from tools.published.recounted import APART, MISPRINT, Reason, beside, kept, reasons, why


@pytest.mark.parametrize(("report", "least"), [(ANNUAL, 1239), (STATUS, 2935)])
def test_every_identity_that_does_not_hold_is_known_and_counted(report: str, least: int) -> None:
    found = identities(report)
    assert len(found) == least
    broken = [each for each in found if not each.holds]
    of = known(report)
    assert [(each.name, each.told) for each in broken if not explained(each, of)] == []
    numbers = Counter(each.pattern for identity in broken if (each := explained(identity, of)))
    assert {each.pattern: numbers[each.pattern] for each in of} == {each.pattern: int(each.count) for each in of}


def test_every_identity_has_a_name_of_its_own() -> None:
    for report in TITLES:
        names = Counter(each.name for each in identities(report))
        assert [name for name, number in names.items() if number > 1] == []


def test_a_sum_that_is_one_too_high_is_noticed() -> None:
    table = Table(ANNUAL, "12.1", "form", "period")
    table.texts["total", "2025"] = str(int(table.text("total", "2025")) + 1)
    found = Ledger(ANNUAL)
    found.sums(table, 0, "total", ["physical", "electronic", "home_visit"], counts=True)
    assert [each.name for each in found.found if not each.holds] == ["12.1 sum total 2025 of physical ..."]


def test_a_change_between_rounded_numbers_may_be_one_apart_and_not_two() -> None:
    found = Ledger(ANNUAL)
    levels, changes = Table(ANNUAL, "11.2", "centrality_class", "period", measure="level"), Table(
        ANNUAL, "11.2", "centrality_class", "period", measure="change"
    )  # fmt: skip
    real = int(changes.text("1", "2019Q4-2026-05"))
    for step, holds in ((0, True), (1, True), (2, False)):
        changes.texts = {("1", "2019Q4-2026-05"): str(real + step)}
        found.changes(levels, changes, 1, percent=False)
        assert found.found[-1].holds is holds


def test_a_printed_number_stands_for_all_that_round_to_it() -> None:
    assert rounded("12.6") == Range(Fraction("12.55"), Fraction("12.65"))
    assert rounded("954") - rounded("943") == Range(Fraction(10), Fraction(12))
    assert rounded("31", 1) == Range(Fraction("30.95"), Fraction("31.05"))


def test_every_table_has_a_file_and_a_line() -> None:
    assert unlisted() == []
    assert len(files(ANNUAL)) + len(files(STATUS)) == 78
    assert sum(1 for report in TITLES for path in files(report) for _ in cells(report, number_of(path))) == 6848


def test_every_cell_that_is_counted_otherwise_has_a_reason() -> None:
    of = reasons()
    other = [cell for found in kept().values() for cell in found if not cell.same]
    assert [cell for cell in other if not why(cell, of)] == []
    used = {why(cell, of) for cell in other}
    assert [each for each in of if each not in used] == []


def test_a_difference_beyond_its_reason_is_not_explained() -> None:
    cell = Cell(STATUS, "V1.4", "county Viken 2023Q3", "1000", "1009", same=False)
    assert why(cell, reasons())
    assert why(replace(cell, counted="1030"), reasons()) is None
    assert why(replace(cell, counted="970"), reasons()) is None
    assert why(Cell(STATUS, "1.1", "gps 2023-10", "5224", "5223", same=False), reasons()) is None


def test_a_reason_of_one_cell_is_not_saved_by_that_of_its_table() -> None:
    of_country, of_table = (
        Reason(STATUS, "V1.4", cell, "day", Fraction(low), Fraction(200 - low), "percent", "another day")
        for cell, low in (("* Hele landet *", 99), ("*", 90))
    )
    country = Cell(STATUS, "V1.4", "county Hele landet 2023Q3", "5000", "5300", same=False)
    assert why(country, [of_country, of_table]) is None
    assert why(replace(country, cell="county Viken 2023Q3"), [of_country, of_table]) == of_table


DIFFERENT = [cell for found in kept().values() for cell in found if not cell.same and cell.counted != HIDDEN]


def test_ends_are_near_what_is_counted() -> None:
    seen: dict[Reason, list[Fraction]] = {}
    for cell in DIFFERENT:
        if (reason := why(cell, reasons())) and (found := beside(cell, reason.unit)) is not None:
            seen.setdefault(reason, []).append(found)
    for reason, found in seen.items():
        slack = Fraction(1, 100) if reason.unit == APART else Fraction("1.1")
        assert min(found) - reason.low <= slack, reason
        assert reason.high - max(found) <= slack, reason


@pytest.mark.parametrize("table", sorted({(cell.report, cell.table) for cell in DIFFERENT}), ids="-".join)
@pytest.mark.parametrize("tenth", [Fraction(1, 10), Fraction(-1, 10)], ids=["more", "less"])
def test_a_tenth_more_or_less_in_a_whole_table_is_not_explained(table: tuple[str, str], tenth: Fraction) -> None:
    of = [cell for cell in DIFFERENT if (cell.report, cell.table) == table]
    moved = [
        replace(cell, counted=str(float(Fraction(cell.counted) + tenth * max(abs(Fraction(cell.printed or 0)), 1))))
        for cell in of
    ]
    assert any(why(cell, reasons()) is None for cell in moved)


@pytest.mark.parametrize(("table", "other"), [("V1.3", "V1.4"), ("V1.6", "V1.4"), ("V1.8", "V1.9"), ("V1.5", "V1.7"),
                                              ("V1.11", "V1.14"), ("V3.4", "V3.6"), ("V3.7", "V3.8")])  # fmt: skip
def test_a_table_counted_by_the_figure_of_another_is_not_explained(table: str, other: str) -> None:
    counted = {each: {_area(cell): cell for cell in kept_of(each)} for each in (table, other)}
    swapped = [replace(cell, counted=counted[other][area].counted, same=False)
               for area, cell in counted[table].items()]  # fmt: skip
    unexplained = [cell for cell in swapped if why(cell, reasons()) is None and cell.counted != cell.printed]
    assert len(unexplained) > len(swapped) / 3


def kept_of(table: str) -> list[Cell]:
    """What is kept of a table of the status report."""
    return [cell for found in kept().values() for cell in found if (cell.report, cell.table) == (STATUS, table)]


def _area(cell: Cell) -> str:
    return cell.cell.split(" ", 1)[1]


def test_only_what_the_source_gives_away_is_called_a_misprint() -> None:
    misprints = [cell for cell in DIFFERENT if (found := why(cell, reasons())) and found.kind == MISPRINT]
    assert {(cell.report, cell.table) for cell in misprints} == {(STATUS, "V1.1"), (STATUS, "V1.15"), (ANNUAL, "11.1")}
    assert len(misprints) == 3


def test_the_law_is_what_the_tables_say() -> None:
    assert list(law()) == kept()["law"]
    assert all(cell.same for cell in kept()["law"])


def test_what_can_be_exact_is() -> None:
    status = {(report, line.number): line.status for report in TITLES for line in lines_of(report)}
    exact = [(STATUS, number) for number in ("1.1", "V1.1", "V1.15", "V3.1")]
    exact += [(ANNUAL, number) for number in ("11.1", "11.2", "11.3", "12.3", "12.5")]
    assert {status[each] for each in exact} == {"reproduced exactly"}


def test_the_page_is_what_the_tables_and_counts_make_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()
