"""What is counted beside the cells of the published tables, from which nation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from fastlege.rules.contacts.types import kind_of_bill
from fastlege.rules.geography.borders import cooperating_on, municipalities_by_code
from tools.published import names
from tools.published.cells import Cell
from tools.published.nation import Nation
from tools.published.printed import STATUS, rows
from tools.published.register import autumn, spring
from tools.published.year import year


def law() -> Iterator[Cell]:
    """What the rules say: which type of contact a bill with one code of table V3.1 is, and who serves whom."""
    on = names.AUTUMN
    called = {one.code: one.name for one in municipalities_by_code(on).values()}
    serving = {called[code]: called[other] for code, other in cooperating_on(on).items()}
    for row in rows(STATUS, "V1.1 note"):
        served, printed = row["municipality"], row["cooperates_with"]
        counted = next((other for name, other in serving.items() if alike(name, served)), "")
        yield Cell(STATUS, "V1.1 note", served, printed, counted, alike(counted, printed))
    for row in rows(STATUS, "V3.1"):
        code = names.ONE_OF_A_FAMILY if row["code_kind"] == "code_family" else row["tariff_code"]
        kind = kind_of_bill([code], on=names.IN_2023)
        counted = kind.contact_type if kind else ""
        printed = names.TYPES[row["contact_type"]]
        yield Cell(STATUS, "V3.1", row["tariff_code"], printed, counted, printed == counted)


def alike(one: str, other: str) -> bool:
    """Whether two names are of one municipality: any official name of the one, with one n for two, is of the other."""
    first, second = ({part.replace("nn", "n") for part in name.split(" - ")} for name in (one, other))
    return bool(first & second)


COUNTERS: Mapping[str, Callable[[Nation], Iterator[Cell]]] = {"autumn": autumn, "spring": spring, "year": year}
"""What is counted from which nation: of October 2023, of May 2026, and that with the claims of 2025."""
