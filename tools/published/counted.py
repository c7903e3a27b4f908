"""What is counted from the synthetic nations beside the cells of the published tables."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa

from fastlege.figures.catalogue import definition
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.engine import compute_many
from fastlege.figures.levels import COUNTRY, Areas, Level
from fastlege.figures.splits import compute_splits
from fastlege.kernel.money import divide_half_up
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.beside import beside_published
from fastlege.reporting.given import given_tables
from fastlege.rules.contacts.types import kind_of_bill
from fastlege.rules.geography.borders import cooperating_on, municipalities_by_code
from fastlege.rules.parameters import load_rulebook
from tools.published import names
from tools.published.printed import ANNUAL, DATA, STATUS, Table, rows

HIDDEN = "not shown"


@dataclass(frozen=True)
class Cell:
    """One published cell: what is printed, what is counted, and whether that rounds to what is printed."""

    report: str
    table: str
    cell: str
    printed: str
    counted: str
    same: bool


def threshold_for(snapshot: Snapshot) -> int:
    """The smallest count of persons that may be shown on the snapshot's day."""
    return load_rulebook().whole("stats.count_min_municipality_year", on=snapshot.as_of)


class Nation:
    """One snapshot and the figures that are counted from it, as they may be shown."""

    def __init__(self, folder: Path) -> None:
        self.snapshot = Snapshot(folder)
        self.areas = Areas.of(self.snapshot)
        self._found: dict[tuple[str, Level], dict[str, dict[str, object]]] = {}

    def count(self, figures: list[str], by: Level) -> None:
        """Count figures at a level, to be read afterwards."""
        chosen = [definition(figure) for figure in dict.fromkeys(figures)]
        table = compute_many(chosen, self.snapshot, by=[by], threshold=threshold_for(self.snapshot))
        for row in table.to_pylist():
            self._found.setdefault((row["figure"], by), {})[row["area"]] = row

    def counted(self, figure: str, by: Level, area: str, text: str, scale: int = 1) -> tuple[str, bool]:
        """A value with as many decimals as a printed one, and whether it is the same; nothing for no such area."""
        row = self._found[figure, by].get(area)
        if row is None:
            return "0", Fraction(text or 0) == 0
        if row["suppressed"]:
            return HIDDEN, False
        return rounded_as(exact(row, definition(figure).scale, definition(figure).divisor * scale), text)

    def codes(self, level: Level) -> dict[str, str]:
        """The codes of a level by the names of the areas."""
        return {self.areas.name(level, code).nb: code for code in self.areas.codes(level)}

    @cached_property
    def salaried(self) -> dict[tuple[str, str], Fraction]:
        """The share of lists with a GP that are salaried, by county and centrality class, and in all of them."""
        tables = {name: self.snapshot.table(name) for name in ("lists", "doctor_periods", "municipalities")}
        with duckdb.connect() as connection:
            for name, table in tables.items():
                connection.register(name, table)
            found = connection.execute(_SALARIED).fetchall()
        return {
            (county, centrality): Fraction(100 * salaried, number) for county, centrality, salaried, number in found
        }


_SALARIED = """
select coalesce(county_name, 'all_counties'), coalesce(centrality::text, 'total'), sum(salaried::int)::int, count(*)
from lists join municipalities using (municipality)
where list_id in (select list_id from doctor_periods where relationship = 'regular' and "end" is null)
group by cube (county_name, centrality)
"""


def _halves(snapshot: Snapshot) -> Iterator[Cell]:
    """The first half of the year of claims, beside the last half-year that the status report has."""
    figures = {figure for rows_of in names.OF_HALVES.values() for figure in rows_of.values()}
    wanted = [(definition(figure), DIMENSIONS["half_year"]) for figure in sorted(figures)]
    levels = [Level.COUNTRY, Level.SIZE_GROUP]
    found: pa.Table = compute_splits(wanted, snapshot, by=levels, threshold=threshold_for(snapshot))
    counted = {
        (row["figure"], row["area"]): row["numerator"] for row in found.to_pylist() if row["group"] == names.FIRST_HALF
    }
    for number, kinds in names.OF_HALVES.items():
        for row in rows(STATUS, number):
            area = row["area"] if row.get("level") == "size_group" else COUNTRY
            of_numbers = row["measure"] in ("consultations", "home_visits", "contacts")
            if row["period"] != names.LAST_HALF or row.get("level") == "county" or not of_numbers:
                continue
            if figure := kinds.get(row["contact_type"]):
                value = counted.get((figure, area))
                shown = (HIDDEN, False) if value is None else rounded_as(Fraction(value), row["value"])
                label = " ".join(part for part in (row["contact_type"], row.get("area", ""), row["period"]) if part)
                yield Cell(STATUS, number, label, row["value"], *shown)


def alike(one: str, other: str) -> bool:
    """Whether two names are of one municipality: any official name of the one, with one n for two, is of the other."""
    first, second = ({part.replace("nn", "n") for part in name.split(" - ")} for name in (one, other))
    return bool(first & second)


def exact(row: Mapping[str, object], scale: int, divisor: int) -> Fraction:
    """A value before it is rounded."""
    below = row["denominator"]
    above = int(str(row["numerator"])) * scale
    return Fraction(above, (1 if below is None else int(str(below)) or 1) * divisor)


def rounded_as(value: Fraction, text: str) -> tuple[str, bool]:
    """A value with the decimals of a printed one, halves away from nought, and whether they are the same."""
    places = len(text.partition(".")[2])
    steps = value * 10**places
    whole = divide_half_up(steps.numerator, steps.denominator)
    shown = f"{whole / 10**places:.{places}f}"
    return shown, Fraction(shown) == Fraction(text or 0)


def autumn(nation: Nation) -> Iterator[Cell]:
    """What the nation of 1 October 2023 carries of the status report."""
    nation.count([*names.STATUS_1_1.values(), *names.STATUS_1_3.values()], Level.COUNTRY)
    key_figures = Table(STATUS, "1.1", "indicator", "period")
    for indicator, figure in names.STATUS_1_1.items():
        text = key_figures.text(indicator, "2023-10")
        yield Cell(STATUS, "1.1", f"{indicator} 2023-10", text, *nation.counted(figure, Level.COUNTRY, COUNTRY, text))
    for row in rows(STATUS, "1.3"):
        for column, figure in (("persons", names.STATUS_1_3.get(row["indicator"])),
                               ("share_pct", names.STATUS_1_3.get(f"share {row['indicator']}"))):  # fmt: skip
            if figure and row[column]:
                counted = nation.counted(figure, Level.COUNTRY, COUNTRY, row[column])
                yield Cell(STATUS, "1.3", f"{row['indicator']} {column}", row[column], *counted)
    yield from _entered(nation)
    yield from _traits(nation)
    yield from _over_time(nation)
    yield from _municipalities(nation)


def _entered(nation: Nation) -> Iterator[Cell]:
    new = definition("gps_new")
    wanted = [(new, DIMENSIONS[name]) for name in sorted({dimension for dimension, _ in names.ENTERED.values()})]
    threshold = threshold_for(nation.snapshot)
    found = compute_splits(wanted, nation.snapshot, by=[Level.COUNTRY], threshold=threshold).to_pylist()
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for row in found:
        group = "60_plus" if row["dimension"] == "gp_age" and row["group"] >= "60" else row["group"]
        counted[row["dimension"], group] += row["numerator"] or 0
    table = Table(STATUS, "1.2", "age_group", "specialist_status", measure="new_gps")
    for key, group in names.ENTERED.items():
        shown = rounded_as(Fraction(counted[group]), table.text(*key))
        yield Cell(STATUS, "1.2", " ".join(key), table.text(*key), *shown)


def _traits(nation: Nation) -> Iterator[Cell]:
    table = nation.snapshot.table("municipalities").to_pylist()
    for row in rows(STATUS, "V1.1"):
        inside = [one for one in table if row["area"] in ("Hele landet", one["county_name"])]
        number = sum(names.TRAITS[row["measure"]](one) for one in inside)
        value = Fraction(number) if row["measure"] == "municipalities" else Fraction(100 * number, len(inside))
        yield Cell(STATUS, "V1.1", f"{row['measure']} {row['area']}", row["value"], *rounded_as(value, row["value"]))


def _over_time(nation: Nation) -> Iterator[Cell]:
    levels = {"size_group": Level.SIZE_GROUP, "county": Level.COUNTY, "country": Level.COUNTRY}
    for level in levels.values():
        nation.count([*names.STATUS_V1.values(), "free_places_with_gp_per_1000"], level)
    counties = nation.codes(Level.COUNTY)
    for number, figure in names.STATUS_V1.items():
        for row in rows(STATUS, number):
            if row["period"] == "2023Q3" and row["measure"] not in ("change", "pct_change"):
                level = levels[row["level"]]
                area = {Level.COUNTY: counties.get(row["area"], ""), Level.COUNTRY: COUNTRY}.get(level, row["area"])
                text = row["value"] or "0"
                counted = nation.counted(figure, level, area, text)
                yield Cell(STATUS, number, f"{row['block']} {row['area']} 2023Q3", text, *counted)


def _municipalities(nation: Nation) -> Iterator[Cell]:
    with (DATA.parent / "status_report_2023_table_v1_15.csv").open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    for level in {row["level"] for row in table}:
        nation.count(list(names.STATUS_V1_15), Level(level))
    for row in table:
        for figure in names.STATUS_V1_15:
            counted = nation.counted(figure, Level(row["level"]), row["area"], row[figure] or "0")
            yield Cell(STATUS, "V1.15", f"{row['area']} {figure}", row[figure] or "0", *counted)


def spring(nation: Nation) -> Iterator[Cell]:
    """What the nation of 1 May 2026 carries of the annual report."""
    nation.count(list(names.ANNUAL_11_1.values()), Level.COUNTRY)
    nation.count(["mean_list_length_with_gp"], Level.CENTRALITY)
    table = Table(ANNUAL, "11.1", "indicator", "period")
    for indicator, figure in names.ANNUAL_11_1.items():
        text = table.text(indicator, "2026-05")
        scale = 1000 if indicator.endswith("_thousand") else 1
        counted = nation.counted(figure, Level.COUNTRY, COUNTRY, text, scale)
        yield Cell(ANNUAL, "11.1", f"{indicator} 2026-05", text, *counted)
    for row in rows(ANNUAL, "11.2"):
        if row["measure"] == "level" and row["period"] == "2026-05":
            whole = row["centrality_class"] == "whole_country"
            level, area = (Level.COUNTRY, COUNTRY) if whole else (Level.CENTRALITY, row["centrality_class"])
            counted = nation.counted("mean_list_length_with_gp", level, area, row["value"])
            yield Cell(ANNUAL, "11.2", f"{row['centrality_class']} 2026-05", row["value"], *counted)
    for row in rows(ANNUAL, "11.3"):
        if row["value"]:
            key = (row["county"], row["centrality_class"])
            yield Cell(ANNUAL, "11.3", " ".join(key), row["value"], *rounded_as(nation.salaried[key], row["value"]))


def year(nation: Nation) -> Iterator[Cell]:
    """What the year 2025 of claims carries: the tables that figures refer to, and 12.4 and 12.5."""
    for each in beside_published(nation.snapshot):
        if each.reference.table in names.TABLES_OF_A_YEAR:
            shown = "" if each.counted is None else str(each.counted)
            label = " ".join(part for part in (each.figure, each.group, each.reference.period) if part)
            yield Cell(ANNUAL, each.reference.table, label, each.reference.value, shown or HIDDEN, each.same)
    yield from _contacts(nation.snapshot)
    yield from _halves(nation.snapshot)


def _contacts(snapshot: Snapshot) -> Iterator[Cell]:
    figures = {"12.4": "contacts_gp", "12.5": "contacts_out_of_hours"}
    wanted = [(definition(figure), DIMENSIONS["contact_type"]) for figure in figures.values()]
    found: pa.Table = compute_splits(
        wanted, snapshot, by=[Level.COUNTRY], threshold=threshold_for(snapshot), given=given_tables(snapshot)
    )
    counted = {(row["figure"], row["group"]): row["numerator"] for row in found.to_pylist()}
    for number, figure in figures.items():
        kinds = {kind: [counted.get((figure, group)) or 0 for group in names.KINDS[kind]] for kind in names.KINDS}
        for row in rows(ANNUAL, number):
            if row["period"] == "2025":
                parts = [sum(kinds[kind]) for kind in kinds if row["contact_type"] in (kind, "total")]
                shown = rounded_as(Fraction(sum(parts)), row["value"])
                yield Cell(ANNUAL, number, f"{row['contact_type']} 2025", row["value"], *shown)


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


COUNTERS: Mapping[str, Callable[[Nation], Iterator[Cell]]] = {"autumn": autumn, "spring": spring, "year": year}
"""What is counted from which nation: of October 2023, of May 2026, and that with the claims of 2025."""
