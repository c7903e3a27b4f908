"""Which municipalities are similar, which code one had before, and why a code has no profile."""

from datetime import date

import pytest

from fastlege.reporting.profiles.places import (
    FEWEST,
    Place,
    code_then,
    county_then,
    elsewhere,
    in_order,
    places_on,
    similar_to,
)

NOW, OLD = date(2026, 5, 1), date(2023, 10, 1)


def place(code, size="small", centrality=3):
    return Place(code, f"Place {code}", "99", "County", size, centrality)


def codes(similar):
    return [each.code for each in similar.places]


def test_similar_ones_have_the_same_size_and_class():
    same = [place(str(n)) for n in range(FEWEST)]
    found = similar_to(place("me"), [place("me"), *same, place("large", "large"), place("far", centrality=4)])
    assert codes(found) == [each.code for each in same]
    assert found.classes == (3,)


def test_the_nearest_classes_are_taken_in_when_one_class_is_too_small():
    near = [place("a", centrality=2), place("b", centrality=4), place("c", centrality=4)]
    same = [place(str(n)) for n in range(FEWEST - 2)]
    found = similar_to(place("me"), [*near, *same, place("far", centrality=5)])
    assert codes(found) == [*(each.code for each in same), "a", "b", "c"]
    assert found.classes == (2, 3, 4)


def test_a_whole_size_group_that_is_too_small_is_all_there_is():
    found = similar_to(place("me", centrality=1), [place("a", centrality=6), place("b", "large")])
    assert codes(found) == ["a"]
    assert found.classes == (1, 6)
    assert codes(similar_to(place("me"), [])) == []


def test_every_municipality_of_the_country_has_at_least_five_similar_ones():
    everywhere = places_on(NOW).values()
    assert min(len(similar_to(each, everywhere).places) for each in everywhere) >= FEWEST


def test_similar_is_said_of_no_municipality_about_itself():
    everywhere = places_on(NOW)
    assert "0301" not in codes(similar_to(everywhere["0301"], everywhere.values()))


def test_names_are_sorted_by_the_norwegian_alphabet():
    names = ["Åmli", "Ærøy", "Østre Toten", "Asker", "Zorn"]
    assert sorted(names, key=in_order) == ["Asker", "Zorn", "Ærøy", "Østre Toten", "Åmli"]


@pytest.mark.parametrize(
    ("code", "before"),
    [("0301", "0301"), ("3301", "3005"), ("1508", None), ("1580", None)],
    ids=["as it was", "another number", "divided", "part of a divided one"],
)
def test_a_code_of_today_is_followed_back_only_over_the_same_borders(code, before):
    assert code_then(code, now=NOW, then=OLD) == before


def test_before_the_first_known_borders_nothing_is_followed_back():
    assert code_then("0301", now=NOW, then=date(2019, 1, 1)) is None
    assert county_then("03", now=NOW, then=date(2019, 1, 1)) is None


@pytest.mark.parametrize(
    ("county", "before"),
    [("18", "18"), ("15", "15"), ("33", None), ("56", None)],
    ids=["as it was", "a municipality inside was divided", "part of a former county", "split from another"],
)
def test_a_county_is_followed_back_only_over_the_same_land(county, before):
    assert county_then(county, now=NOW, then=OLD) == before


def test_a_code_of_other_days_leads_to_those_that_came_after():
    today = places_on(NOW)
    found = elsewhere("1507", NOW, today)
    assert (found.name, found.last_day, [each.name for each in found.instead]) == (
        "Ålesund",
        date(2023, 12, 31),
        ["Ålesund", "Haram"],
    )
    later = elsewhere("3301", OLD, places_on(OLD))
    assert (later.first_day, [each.code for each in later.instead]) == (date(2024, 1, 1), ["3005"])


def test_a_municipality_that_co_operates_leads_to_the_one_that_has_the_lists():
    found = elsewhere("3336", NOW, places_on(NOW))
    assert (found.name, found.cooperates, [each.name for each in found.instead]) == ("Rollag", True, ["Flesberg"])


def test_a_code_without_lists_in_the_edition_is_told_from_one_that_nobody_ever_had():
    assert elsewhere("1804", NOW, {}).name == "Bodø"
    assert elsewhere("9999", NOW, {}).name == ""
    assert elsewhere("<b>", NOW, {}).name == ""
