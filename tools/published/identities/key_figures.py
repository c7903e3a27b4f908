"""Table 11.1 of the annual report and 1.1 of the status report: counts, shares and rates of the same lists."""

from __future__ import annotations

from tools.published.identities.ledger import Ledger
from tools.published.printed import ANNUAL, STATUS, Range, Table, exactly

STEPS = [
    *("2019Q4-2020Q4", "2020Q4-2021Q4", "2021Q4-2022Q4", "2022Q4-2023Q4"),
    *("2023Q4-2024Q4", "2024Q4-2025Q4", "2025Q4-2026-05"),
]
CLASSES = ["1", "2", "3", "4", "5", "6"]
# Indicators that are counts, so that nothing in them is rounded.
COUNTS = (
    *("gps", "gps_specialist", "lists_total", "lists_with_gp", "lists_salaried", "lists_self_employed"),
    *("lists_without_gp", "lists_vacant_over_1_year", "listed_residents_without_gp", "locums", "locum_fte_whole_year"),
    *("lists_unoccupied", "lists_unoccupied_over_1y", "lists_salaried_all_lists", "residents_with_gp"),
    "residents_without_gp",
)


class Column:
    """One column of a table of key figures."""

    def __init__(self, cells: Table, period: str) -> None:
        self._cells, self._period = cells, period

    def __call__(self, indicator: str) -> Range:
        read = self._cells.count if indicator in COUNTS else self._cells.at
        return read(indicator, self._period)


def annual(found: Ledger) -> None:
    """Tables 11.1-11.3."""
    cells = Table(ANNUAL, "11.1", "indicator", "period", measure="level")
    changes = Table(ANNUAL, "11.1", "indicator", "period", measure="change")
    for counts in (True, False):
        of = Table(ANNUAL, "11.1", "indicator", "period", measure="change")
        of.texts = {key: text for key, text in changes.texts.items() if (key[0] in COUNTS) is counts}
        found.changes(cells, of, 1, percent=False, counts=counts)
    for period in cells.values(1):
        _of_a_day(found, Column(cells, period), period)
    _lengths(found, cells)
    _salaried(found, cells)


def _of_a_day(found: Ledger, at: Column, period: str) -> None:
    with_gp = at("listed_residents_with_gp_thousand") * 1000
    listed = with_gp + at("listed_residents_without_gp")
    lists, occupied = at("lists_total"), at("lists_with_gp")
    length = with_gp / occupied
    free = (at("avg_list_cap_lists_with_gp") - length) * occupied
    for name, computed, printed in (
        ("lists", occupied + at("lists_without_gp"), lists),
        ("lists by pay form", at("lists_salaried") + at("lists_self_employed"), lists),
        ("share vacant", at("lists_without_gp") / lists * 100, at("share_lists_without_gp")),
        ("share over a year", at("lists_vacant_over_1_year") / lists * 100, at("share_lists_without_gp_over_1_year")),
        (
            "residents without",
            at("listed_residents_without_gp") / listed * 100,
            at("share_listed_residents_without_gp"),
        ),
        ("specialists", at("gps_specialist") / at("gps") * 100, at("share_gps_specialist")),
        ("salaried", at("lists_salaried") / lists * 100, at("share_salaried_all_lists")),
        ("GPs per 1000", at("gps") / listed * 1000, at("gps_per_1000_listed_residents")),
        ("length", listed / lists, at("avg_list_length_all_lists")),
        ("length again", at("avg_list_length_incl_vacant"), at("avg_list_length_all_lists")),
        ("length with a GP", length, at("avg_list_length_lists_with_gp")),
        ("cap less length", at("avg_list_cap_lists_with_gp") - length, at("diff_avg_cap_minus_length")),
        ("free places", free / listed * 1000, at("vacant_places_per_1000_lists_with_gp")),
    ):
        found.equal("11.1", f"{name} {period}", computed, printed)


def _lengths(found: Ledger, key_figures: Table) -> None:
    levels = Table(ANNUAL, "11.2", "centrality_class", "period", measure="level")
    changes = Table(ANNUAL, "11.2", "centrality_class", "period", measure="change")
    found.changes(levels, changes, 1, percent=False)
    for area in levels.values(0):
        steps = sum((changes.at(area, step) for step in STEPS[1:]), start=changes.at(area, STEPS[0]))
        found.equal("11.2", f"steps {area}", steps, changes.at(area, "2019Q4-2026-05"))
    so_far = levels.at("whole_country", "2019Q4")
    for step in STEPS:
        so_far += changes.at("whole_country", step)
        period = step.partition("-")[2]
        if key_figures.has("avg_list_length_lists_with_gp", period):
            printed = key_figures.at("avg_list_length_lists_with_gp", period)
            found.equal("11.2", f"steps and 11.1 {period}", so_far, printed)
    found.same((levels, ("whole_country", "2026-05")), (key_figures, ("avg_list_length_lists_with_gp", "2026-05")))


def _salaried(found: Ledger, key_figures: Table) -> None:
    shares = Table(ANNUAL, "11.3", "county", "centrality_class")
    for county in shares.values(0):
        inside = [float(shares.text(county, each)) for each in CLASSES if shares.has(county, each)]
        fits = min(inside) <= float(shares.text(county, "total")) <= max(inside)
        found.note("11.3", f"within its classes {county}", fits)
    for each in [*CLASSES, "total"]:
        counties = [county for county in shares.values(0) if county != "all_counties" and shares.has(county, each)]
        inside = [float(shares.text(county, each)) for county in counties]
        fits = min(inside) <= float(shares.text("all_counties", each)) <= max(inside)
        found.note("11.3", f"country within the counties {each}", fits)
    found.same((shares, ("all_counties", "total")), (key_figures, ("share_salaried_lists_with_gp", "2026-05")))


def status(found: Ledger) -> Table:
    """Table 1.1 of the status report."""
    cells = Table(STATUS, "1.1", "indicator", "period", measure="value")
    changes = Table(STATUS, "1.1", "indicator", "period", measure="change")
    found.changes(cells, changes, 1, percent=False, counts=True)
    for period in cells.values(1):
        at = Column(cells, period)
        lists, occupied = at("lists_total"), at("lists_with_gp")
        listed = at("residents_with_gp") + at("residents_without_gp")
        for name, computed, printed in (
            ("lists", occupied + at("lists_unoccupied"), lists),
            ("length", listed / lists, at("mean_list_length_all_lists")),
            ("length with a GP", at("residents_with_gp") / occupied, at("mean_list_length_lists_with_gp")),
            ("GPs per 1000", at("gps") / listed * 1000, at("gps_per_1000_residents")),
            ("specialists", at("gps_specialist") / at("gps") * 100, at("share_gps_specialist")),
            ("share vacant", at("lists_unoccupied") / lists * 100, at("share_lists_unoccupied")),
            ("residents without", at("residents_without_gp") / listed * 100, at("share_residents_without_gp")),
            ("salaried", at("lists_salaried_all_lists") / lists * 100, at("share_salaried_all_lists")),
        ):
            found.equal("1.1", f"{name} {period}", computed, printed)
    return cells


def listed(cells: Table, period: str) -> Range:
    """Everyone on a list, by table 1.1."""
    return exactly(cells.text("residents_with_gp", period)) + exactly(cells.text("residents_without_gp", period))
