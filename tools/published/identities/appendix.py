"""The appendix of the status report: tables V1.1-V1.15, by size group, county and municipality."""

from __future__ import annotations

from collections.abc import Iterator

from tools.published.identities.key_figures import listed
from tools.published.identities.ledger import Ledger
from tools.published.printed import NOTHING, STATUS, Range, Row, Table, exactly, rounded, rows

COUNTRY = "Hele landet"
QUARTERS = ["2019Q4", "2020Q4", "2021Q4", "2022Q4", "2023Q3"]
# Tables of counts that add up, and those of which a person or a place may be counted twice.
ADD_UP, ABOUT = ("V1.4", "V1.6", "V1.11"), ("V1.3", "V1.14", "V1.12")
COLUMNS = ["gps", "lists", "residents_on_unoccupied_lists", "residents_on_lists_unoccupied_over_1y"]
KAFJORD = "Gáivuotna - Kåfjord - Kaivuono"
MEASURES = {
    "V1.3": "unique_gps",
    "V1.4": "lists",
    "V1.5": "share_lists_with_salaried_gp",
    "V1.6": "unoccupied_lists",
    "V1.7": "share_unoccupied_lists",
    "V1.8": "mean_list_length_all_lists",
    "V1.9": "mean_list_length_lists_with_gp",
    "V1.10": "share_residents_on_unoccupied_lists",
    "V1.11": "residents_on_unoccupied_lists",
    "V1.12": "vacant_places_lists_with_gp",
    "V1.13": "vacant_places_lists_with_gp_per_1000",
    "V1.14": "list_residents",
}
IN_KEY_FIGURES = {
    "V1.3": "gps",
    "V1.4": "lists_total",
    "V1.5": "share_salaried_lists_with_gp",
    "V1.6": "lists_unoccupied",
    "V1.7": "share_lists_unoccupied",
    "V1.8": "mean_list_length_all_lists",
    "V1.9": "mean_list_length_lists_with_gp",
    "V1.11": "residents_without_gp",
}


class Series:
    """One table over time; columns by their place, since two are headed with the wrong quarter."""

    def __init__(self, number: str) -> None:
        self.number = number
        self._texts: dict[tuple[str, str], list[str]] = {}
        self.changed: dict[tuple[str, str, str, str], str] = {}
        for row in rows(STATUS, number):
            if row["measure"] == MEASURES[number]:
                self._texts.setdefault((row["block"], row["area"]), []).append(row["value"])
            else:
                self.changed[row["block"], row["area"], row["measure"], row["period"][:4]] = row["value"]
        self.areas = list(self._texts)

    def text(self, area: tuple[str, str], at: int) -> str:
        """A cell as printed."""
        return self._texts[area][at]

    def count(self, area: tuple[str, str], at: int) -> Range:
        """A cell that is a count; a blank is nought."""
        return exactly(self.text(area, at) or 0)

    def at(self, area: tuple[str, str], at: int) -> Range:
        """The numbers that a cell may stand for."""
        return rounded(self.text(area, at) or "0")


def appendix(found: Ledger, key_figures: Table) -> None:
    """All identities of the appendix to chapter 1."""
    tables = {number: Series(number) for number in MEASURES}
    for each in tables.values():
        _changes(found, each)
        _country(found, each, key_figures)
    _ratios(found, tables)
    _free_places(found, tables, key_figures)
    _municipalities(found, key_figures)
    _traits(found)


def _changes(found: Ledger, table: Series) -> None:
    counts = table.number in (*ADD_UP, *ABOUT)
    read = table.count if counts else table.at
    for (block, area, measure, since), text in table.changed.items():
        if not text:
            continue
        first = 3 if since == "2022" else 0
        last = read((block, area), 4)
        before = read((block, area), first)
        if measure == "change":
            found.equal(table.number, f"change {block} {area} {since}", last - before, rounded(text))
            continue
        if since == "2022":
            # The column before may be of another quarter than the change is measured from.
            before = last - exactly(table.changed[block, area, "change", since])
        if before.low > 0:
            found.equal(
                table.number, f"percent {block} {area} {since}", (last / before - exactly(1)) * 100, rounded(text)
            )


def _country(found: Ledger, table: Series, key_figures: Table) -> None:
    number = table.number
    for block in ("size_group", "county"):
        parts = [area for area in table.areas if area[0] == block and area[1] != COUNTRY]
        for at, quarter in enumerate(QUARTERS):
            if number in (*ADD_UP, *ABOUT):
                whole = sum((table.count(area, at) for area in parts), start=NOTHING)
                found.equal(number, f"sum {block} {quarter}", whole, table.count((block, COUNTRY), at))
    for at, quarter in enumerate(QUARTERS):
        one, other = table.text(("size_group", COUNTRY), at), table.text(("county", COUNTRY), at)
        found.note(number, f"one country {quarter}", one == other, f"{one} and {other}")
        if number in IN_KEY_FIGURES:
            printed = key_figures.text(IN_KEY_FIGURES[number], quarter)
            found.note(number, f"equals 1.1 {quarter}", float(other) == float(printed), f"{other} and {printed}")
        if number == "V1.14":
            found.equal(number, f"equals 1.1 {quarter}", listed(key_figures, quarter), exactly(other))


def _ratios(found: Ledger, tables: dict[str, Series]) -> None:
    lists, vacant, people, without = (tables[number] for number in ("V1.4", "V1.6", "V1.14", "V1.11"))
    for area in lists.areas:
        name = " ".join(area)
        for at, quarter in enumerate(QUARTERS):
            with_gp = lists.count(area, at) - vacant.count(area, at)
            for number, computed in (
                ("V1.7", vacant.count(area, at) / lists.count(area, at) * 100),
                ("V1.8", people.count(area, at) / lists.count(area, at)),
                ("V1.10", without.count(area, at) / people.count(area, at) * 100),
            ):
                found.equal(number, f"ratio {name} {quarter}", computed, tables[number].at(area, at))
            gps = tables["V1.3"].count(area, at)
            found.note("V1.3", f"no more than lists {name} {quarter}", gps.low <= with_gp.low, f"{gps} and {with_gp}")
        with_gp = people.count(area, 4) - without.count(area, 4)
        length = with_gp / (lists.count(area, 4) - vacant.count(area, 4))
        found.equal("V1.9", f"ratio {name} 2023Q3", length, tables["V1.9"].at(area, 4))


def _free_places(found: Ledger, tables: dict[str, Series], key_figures: Table) -> None:
    places, rate, people = tables["V1.12"], tables["V1.13"], tables["V1.14"]
    for area in places.areas:
        for at, quarter in enumerate(QUARTERS):
            if area[0] == "county":
                computed = places.count(area, at) / people.count(area, at) * 1000
            elif at == 4:
                # The size groups divide by those on lists with a GP; of other quarters they are not printed.
                computed = places.count(area, at) / (people.count(area, at) - tables["V1.11"].count(area, at)) * 1000
            else:
                continue
            found.equal("V1.13", f"rate {' '.join(area)} {quarter}", computed, rate.at(area, at))
    for at, quarter in enumerate(QUARTERS):
        country = places.count(("size_group", COUNTRY), at)
        computed = country / exactly(key_figures.text("residents_with_gp", quarter)) * 1000
        found.equal("V1.13", f"country {quarter}", computed, rate.at(("size_group", COUNTRY), at))


def _municipalities(found: Ledger, key_figures: Table) -> None:
    table = rows(STATUS, "V1.15")
    for whole in table:
        for column in COLUMNS:
            if parts := list(_parts(whole, table)):
                computed = sum((exactly(row[column] or 0) for row in parts), start=NOTHING)
                found.equal("V1.15", f"sum {column} {_name(whole)}", computed, exactly(whole[column] or 0))
        _one_row(found, whole)
    (country,) = [row for row in table if row["level"] == "country"]
    for column, indicator in (("gps", "lists_with_gp"), ("lists", "lists_total"),
                              ("residents_on_unoccupied_lists", "residents_without_gp")):  # fmt: skip
        printed = key_figures.text(indicator, "2023-10")
        found.note("V1.15", f"equals 1.1 {indicator}", country[column] == printed, f"{country[column]} and {printed}")


def _parts(whole: Row, table: tuple[Row, ...]) -> Iterator[Row]:
    below = {"country": "county", "county": "size_group", "size_group": "municipality"}.get(whole["level"])
    for row in table:
        same = whole["level"] == "country" or row["county"] == whole["county"]
        if row["level"] != below or not same:
            continue
        # Kåfjord is printed among the smallest, and counted among the next.
        size = "2000_4999" if row["municipality"] == KAFJORD else row["size_group"]
        if whole["level"] != "size_group" or size == whole["size_group"]:
            yield row


def _one_row(found: Ledger, row: Row) -> None:
    number = {column: int(row[column] or 0) for column in COLUMNS}
    vacant = number["lists"] > number["gps"]
    printed = bool(row["residents_on_unoccupied_lists"])
    found.note("V1.15", f"residents where a list is vacant {_name(row)}", printed == vacant)
    over, all_of = number["residents_on_lists_unoccupied_over_1y"], number["residents_on_unoccupied_lists"]
    found.note("V1.15", f"over a year among all {_name(row)}", over <= all_of, f"{over} and {all_of}")
    if not vacant:
        with_gp, places = row["vacant_places_with_gp"], row["vacant_places_all_lists"]
        found.note("V1.15", f"places where none is vacant {_name(row)}", with_gp == places, f"{with_gp} and {places}")


def _name(row: Row) -> str:
    return row["municipality"] or f"{row['county']} {row['size_group']}".strip() or "country"


def _traits(found: Ledger) -> None:
    traits = Table(STATUS, "V1.1", "area", "measure")
    beside = rows(STATUS, "V1.1 note")
    printed = {(row["county"], row["municipality"]) for row in rows(STATUS, "V1.15") if row["level"] == "municipality"}
    counties = [area for area in traits.values(0) if area != COUNTRY]
    total = sum((traits.count(area, "municipalities") for area in counties), start=NOTHING)
    found.equal("V1.1", "sum of counties", total, traits.count(COUNTRY, "municipalities"))
    for area in counties:
        own = sum(county == area for county, _ in printed) + (area == "Oslo")
        apart = sum(row["county"] == area and (area, row["municipality"]) not in printed for row in beside)
        found.equal("V1.1", f"equals V1.15 {area}", exactly(own + apart), traits.count(area, "municipalities"))
