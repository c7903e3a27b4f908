"""What a nation's register has beside the published tables: key figures, areas, lists and the GPs who have them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction

from fastlege.figures.levels import COUNTRY, Level
from tools.published import names
from tools.published.cells import HIDDEN, Cell, cell_of, rounded_as
from tools.published.nation import Nation
from tools.published.printed import ANNUAL, DATA, STATUS, Table, rows


def autumn(nation: Nation) -> Iterator[Cell]:
    """What the nation of 1 October 2023 carries of the status report."""
    nation.count([*names.STATUS_1_1.values(), *names.STATUS_1_3.values()], Level.COUNTRY)
    key_figures = Table(STATUS, "1.1", "indicator", "period")
    for indicator, figure in names.STATUS_1_1.items():
        text = key_figures.text(indicator, "2023-10")
        yield Cell(STATUS, "1.1", f"{indicator} 2023-10", text, *nation.counted(figure, Level.COUNTRY, COUNTRY, text))
    yield from _people(nation)
    yield from _entered(nation)
    yield from _traits(nation)
    yield from _over_time(nation)
    yield from _municipalities(nation)
    yield from _lengths(nation)


def _people(nation: Nation) -> Iterator[Cell]:
    for row in rows(STATUS, "1.3"):
        people = Fraction(nation.numerator(names.STATUS_1_3[row["indicator"]]))
        yield cell_of(STATUS, "1.3", (row["indicator"], "persons"), row["persons"], people)
        if row["share_pct"]:
            share = 100 * people / nation.numerator(names.STATUS_1_3[row["share_base"]])
            yield cell_of(STATUS, "1.3", (row["indicator"], "share_pct"), row["share_pct"], share)


_ENTERED = """
select case when gp_age is null then 'all' when gp_age >= '60' then '60_plus' else gp_age end,
       coalesce(specialist, 'all'), count(distinct doctor_id)
from gp_entries group by cube (gp_age, specialist)
"""


def _entered(nation: Nation) -> Iterator[Cell]:
    counted: dict[tuple[str, str], int] = {}
    for age, specialist, number in nation.asked(_ENTERED, "gp_entries"):
        counted[age, specialist] = counted.get((age, specialist), 0) + number
    for row in rows(STATUS, "1.2"):
        specialist = names.SPECIALIST[row["specialist_status"]]
        number = counted.get((names.ENTERED_AT[row["age_group"]], specialist), 0)
        share = row["measure"] == "share_of_column"
        value = Fraction(100 * number, counted["all", specialist]) if share else Fraction(number)
        yield cell_of(STATUS, "1.2", (row["age_group"], row["specialist_status"], row["measure"]), row["value"], value)


_LENGTHS = """
with gps as (
  select *, case when size_group in ('under_2000', '2000_4999', '5000_9999') then 'under_10000' else size_group end size
  from gp_lists join municipalities using (municipality))
select coalesce(specialist, 'all'), coalesce(pay_form, 'all'), coalesce(size, 'all'), coalesce(gp_age_group, 'all'),
       count(*) number, count(*) filter (woman) women,
       (sum(members) filter (woman))::bigint members_of_women, (sum(members) filter (not woman))::bigint members_of_men,
       (2 * median(members) filter (woman))::bigint, (2 * median(members) filter (not woman))::bigint
from gps group by cube (specialist, pay_form, size, gp_age_group)
"""


_NOBODY = (0,) * 6


def _lengths(nation: Nation) -> Iterator[Cell]:
    """Tables V1.2 and 2.6: lists by specialty, and how much longer those of men are."""
    municipalities = nation.snapshot.table("municipalities", ["municipality", "size_group"])
    found = {line[:4]: line[4:] for line in nation.asked(_LENGTHS, "gp_lists", municipalities=municipalities)}
    for row in rows(STATUS, "2.6"):
        if row["alis_grant_2023"] == "all":
            number = found[names.SPECIALIST[row["specialist_status"]], "all", "all", "all"][0]
            yield cell_of(STATUS, "2.6", (row["specialist_status"], "all"), row["value"], Fraction(number))
    for row in rows(STATUS, "V1.2"):
        group = row["specialist"], row["practice_form"], row["municipality_size"]
        if row["age_group"]:
            words = (*group, row["statistic"], row["age_group"])
            number, women, of_women, of_men, half_women, half_men = found.get(
                (*group, names.GP_AGES[row["age_group"]]), _NOBODY
            )
            if 0 < women < number:
                mean = Fraction(of_men, number - women) - Fraction(of_women, women)
                value = mean if row["statistic"] == "mean" else Fraction(half_men - half_women, 2)
                yield cell_of(STATUS, "V1.2", words, row["value"], value)
            else:
                yield Cell(STATUS, "V1.2", " ".join(words), row["value"], HIDDEN, same=False)


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
        nation.count(list(names.COLUMNS_OF_V1_15), Level(level))
    for row in table:
        for figure in names.COLUMNS_OF_V1_15:
            counted = nation.counted(figure, Level(row["level"]), row["area"], row[figure] or "0")
            yield Cell(STATUS, "V1.15", f"{row['area']} {figure}", row[figure] or "0", *counted)


_SALARIED = """
select coalesce(county_name, 'all_counties'), coalesce(centrality::text, 'total'),
       count(*) filter (pay_form = 'salaried'), count(*)
from gp_lists join municipalities using (municipality) group by cube (county_name, centrality)
"""


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
    municipalities = nation.snapshot.table("municipalities", ["municipality", "county_name", "centrality"])
    shares = {line[:2]: line[2:] for line in nation.asked(_SALARIED, "gp_lists", municipalities=municipalities)}
    for row in rows(ANNUAL, "11.3"):
        if row["value"]:
            key = (row["county"], row["centrality_class"])
            salaried, number = shares[key]
            yield cell_of(ANNUAL, "11.3", key, row["value"], Fraction(100 * salaried, number))
