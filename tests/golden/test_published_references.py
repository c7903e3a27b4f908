"""What each figure says of itself is so: published values, sources, breaks, and who answers for it until when."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest

from fastlege.figures.catalogue import Definition, definition, definitions
from fastlege.reporting.beside import UNEXPLAINED, reason_for
from tools.published.page import TITLES
from tools.published.printed import DATA, STATUS, files, number_of
from tools.published.references import to_be_carried

# No published value is known of these: none is printed, or only by area, by group or in words of another definition.
WITHOUT_PUBLISHED_VALUES = frozenset({
    *("gps_by_kind", "gps_left", "gp_median_tenure", "substitutes_of_year", "substitute_days"),
    *("substitute_days_overlapping", "vacant_lists_by_kind", "mean_list_length_by_gp", "mean_list_length_men"),
    *("mean_list_length_women", "population", "share_of_population", "free_places_open", "queue_places"),
    *("queue_places_other_than_gp", "queue_places_per_person", "places_from_queue", "wait_median"),
    *("wait_longest_tenth", "share_of_waits", "share_own_list", "usual_provider_index", "continuity_of_care_index"),
    *("sequential_continuity_index", "list_continuity_index", "gp_relations", "gp_relation_median", "contacts"),
    *("contacts_per_100", "share_contacts_delegated", "diagnoses", "out_of_hours_by_day", "out_of_hours_in_evening"),
})  # fmt: skip
WITHOUT_SOURCE = {"queue_places", "share_own_list"}
# What measures are about, and the days that what is known of it changed.
LISTS_BY_GP = {
    *("lists_with_gp", "lists_vacant", "lists_vacant_over_year", "lists_salaried_with_gp", "residents_with_gp"),
    *("residents_without_gp", "residents_vacant_over_year", "cap_with_gp", "room_with_gp", "room_open_with_gp"),
    *("gp_lists", "gp_lists_men", "gp_lists_women", "median_members", "vacant_lists", "gp_tenure"),
}
E_CONSULTATIONS = {
    *("consultations", "consultations_gp", "consultations_out_of_hours", "e_consultations_gp"),
    *("consultations_by_doctor", "patients", "lists_visited", "diagnosed_by_text", "diagnosed_by_phone"),
    *("diagnosed_by_video", "upc", "coc", "secon", "slicc"),
}
QUEUES = {"queue_places", "waiting_persons", "places_other_than_gp", "persons_other_than_gp", "persons_other_than_home"}
BREAKS = (
    (LISTS_BY_GP, {date(2022, 10, 1)}),
    (E_CONSULTATIONS, {date(2020, 3, 1), date(2025, 7, 1)}),
    (QUEUES, {date(2026, 6, 1)}),
    ({"contacts_delegated"}, {date(2026, 1, 1)}),
    ({"basic_funding"}, {date(2023, 5, 1)}),
)
NUMBERED = re.compile(r"V?\d+\.\d+")


def carried(each: Definition, *, numbered: bool) -> set[tuple[str, str, str, str]]:
    """The published values of a definition: those of tables with a number, or those of the text and its pictures."""
    found = [one for one in each.references if bool(NUMBERED.fullmatch(one.table)) is numbered]
    assert all(one.area == "country" for one in found)
    return {(one.table, one.period, one.group, one.value) for one in found}


@pytest.mark.parametrize("each", definitions(), ids=lambda each: each.id)
def test_a_figure_carries_every_value_that_tables_have_of_the_country_and_no_other(each: Definition) -> None:
    assert carried(each, numbered=True) == to_be_carried().get(each.id, set())
    assert len(each.references) == len(set(each.references))


def test_values_of_the_text_are_those_of_the_reports() -> None:
    with (DATA / "prose.csv").open(encoding="utf-8", newline="") as lines:
        printed = {tuple(row.values()) for row in csv.DictReader(lines)}
    assert {(each.id, *value) for each in definitions() for value in carried(each, numbered=False)} == printed


def test_a_figure_without_published_values_is_known_to_have_none() -> None:
    assert {each.id for each in definitions() if not each.references} == WITHOUT_PUBLISHED_VALUES


def test_every_table_that_a_source_names_was_published() -> None:
    known = {("2023" if report == STATUS else "2025", number_of(path)) for report in TITLES for path in files(report)}
    # The source numbers two tables 16.1.
    known.add(("2025", "16.1"))
    named = {
        (year.group(), number.group(1), each.id)
        for each in definitions()
        for source in each.sources
        if (number := re.search(r"tabell (V?\d+\.\d+)", source.table)) and (year := re.search(r"20\d\d", source.table))
    }
    assert len(named) > 100
    assert {one for one in named if one[:2] not in known} == set()
    assert {each.id for each in definitions() if not each.sources} == WITHOUT_SOURCE


def test_a_figure_with_values_of_a_table_names_it_as_a_source() -> None:
    for each in definitions():
        named = {source.table.rpartition("tabell ")[2] for source in each.sources}
        assert {one.table for one in each.references if NUMBERED.fullmatch(one.table)} <= named, each.id


@pytest.mark.parametrize(("measures", "days"), BREAKS, ids=lambda value: str(sorted(value)[0]))
def test_figures_of_the_same_have_the_same_breaks(measures: set[str], days: set[date]) -> None:
    found = [each for each in definitions() if set(each.measures) & measures]
    assert len(found) >= 1
    assert measures <= {name for each in definitions() for name in each.measures}
    for each in found:
        assert days <= {day for known in each.breaks for day in known.days}, each.id


def test_somebody_answers_for_each_figure_and_it_is_looked_at_again() -> None:
    newest = date(2026, 5, 1)
    for each in definitions():
        assert each.author.strip()
        assert each.reviewer.strip()
        assert newest < each.next_review < date(newest.year + 3, 1, 1)


def test_differences_that_are_certain_have_their_reason_and_those_of_a_day_have_none() -> None:
    lists, residents = definition("mean_list_length_with_gp"), definition("residents_with_gp")
    assert "954" in reason_for(lists, "", "2026-05").en
    assert reason_for(lists, "", "2023-10") == UNEXPLAINED
    assert "thousands" in reason_for(residents, "", "2026-05").en
    assert reason_for(definition("gps"), "", "2026-05") == UNEXPLAINED


def test_whatever_differs_in_the_year_of_claims_has_a_reason() -> None:
    of_the_year = {(each.id, one.group) for each in definitions() for one in each.references if one.period == "2025"}
    assert len(of_the_year) > 80
    assert [one for one in of_the_year if reason_for(definition(one[0]), one[1], "2025") == UNEXPLAINED] == []
