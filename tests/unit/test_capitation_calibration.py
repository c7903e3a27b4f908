"""The calibration: weights that were there are found again, the residuals are honest, and the set is rows that load."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from capitation_case import ListCase, membership, person, small, snapshot_of
from typer.testing import CliRunner

from fastlege.cli.pay import app
from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.adjusted.weights import read_weights
from fastlege.rules.capitation.calibration.fit import fit, make_problem
from fastlege.rules.capitation.calibration.nation import reference_nation
from fastlege.rules.capitation.calibration.published import published_sums, targets
from fastlege.rules.capitation.calibration.weight_set import YEAR, calibrate
from fastlege.rules.capitation.cells import load_cells
from fastlege.rules.capitation.comparing.scenarios import book_with
from fastlege.rules.parameters import load_rulebook

BOOK, DAY = load_rulebook(), date(2025, 10, 1)
TOWNS = ("0301", "1144", "1145", "1146")


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """A list for each pay form, with and without a GP, and people of every class of age, sex and use."""
    people, rows = [], []
    ages = (3, 10, 17, 25, 40, 60, 70, 85, 95)
    for age in ages:
        for sex in (1, 2):
            for use in (0, 2, 4, 9):
                for list_id in (1, 2, 3, 4):
                    number = len(people) + 1
                    town = TOWNS[(list_id + age) % 4]
                    born = date(2025 - age, 1, 1)
                    people.append(person(number, born=born, sex=sex, municipality=town, gp_use=use))
                    rows.append(membership(number, list_id))
    lists = (
        ListCase(1, 0),
        ListCase(2, 0, vacant=True),
        small(3, 0, salaried=True),
        small(4, 0, salaried=True, vacant=True),
    )
    folder = tmp_path_factory.mktemp("nation") / "s"
    return snapshot_of(folder, *lists, day=DAY, people=people, memberships=rows)


def problem_of(nation):
    return make_problem(reference_nation(nation, 12), published_sums()[YEAR], targets(), BOOK, YEAR)


def test_the_reference_nation_counts_everybody_once_in_each_margin(nation):
    found = reference_nation(nation, 12)
    for margin in (found.cells, found.residence, found.practice, *found.units.values()):
        assert margin.sum() == found.people == 288
    assert found.use_means[0] == 0


def test_use_by_age_and_sex_is_met(nation):
    for one in fit(problem_of(nation)).held:
        if one.name.startswith(("age", "sex")):
            assert one.found == pytest.approx(one.wanted, abs=0.02)


def test_weights_have_a_mean_of_one_and_rise_with_need(nation):
    problem = problem_of(nation)
    fitted = fit(problem)
    people = problem.nation.cells.sum(axis=0)
    assert fitted.sex_age_use @ people / people.sum() == pytest.approx(1, abs=0.001)
    for weights in (fitted.centrality, fitted.socioeconomy):
        assert weights[0] == 0
        assert (np.diff(weights) >= 0).all()
    of_use = fitted.sex_age_use.reshape(-1, 4)
    assert (np.diff(of_use, axis=1) > 0).all()


def test_the_same_nation_gives_the_same_rows(nation):
    assert calibrate(nation, "one", BOOK).text == calibrate(nation, "one", BOOK).text


def test_a_set_loads_in_the_place_of_the_shipped_one_and_its_mean_is_the_national_mean(tmp_path, nation):
    path = tmp_path / "mine.csv"
    path.write_text(calibrate(nation, "mine", BOOK).text)
    weights = read_weights(book_with(weights=path), DAY, load_cells())
    assert weights.name == "mine"
    margins = {"sex_age_use": "cells", "centrality": "residence"}
    counted = reference_nation(nation, 12)
    points = {
        part: int(np.array(weights.points[part]) @ getattr(counted, margin).sum(axis=0))
        for part, margin in margins.items()
    }
    points["socioeconomy"] = int(np.array(weights.points["socioeconomy"]) @ counted.units["composite"].sum(axis=0))
    assert sum(weights.parts(counted.people, points).values()) == counted.people


def test_a_part_of_a_nation_is_not_calibrated_on(tmp_path):
    snapshot = snapshot_of(tmp_path / "s", ListCase(1, 5), day=DAY)
    with pytest.raises(DataError, match="has no members of some class of age, sex or use"):
        calibrate(snapshot, "x", BOOK)


def test_a_nation_of_which_some_belong_to_no_list_is_whole(nation):
    found = reference_nation(nation, 12)
    assert not found.is_whole
    assert replace(found, population=300).is_whole


def test_the_sums_of_table_8_5_add_up_to_what_it_prints():
    sums = published_sums()[2025]
    assert sum(sums.values()) == 5_577_380
    assert sum(n for (form, _, _), n in sums.items() if form == "salaried") in range(1_073_080, 1_073_085)
    whole = sum(n for (_, _, part), n in sums.items() if part == "socioeconomy")
    assert Fraction(whole, 1) == pytest.approx(166_524, abs=2)


def test_the_command_writes_a_set_and_says_how_near_it_came(tmp_path, nation):
    out = tmp_path / "mine.csv"
    done = CliRunner().invoke(app, ["calibrate", "--snapshot", str(nation.folder), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "women to men, 20-29" in done.stdout
    # Nearly three hundred people are not the nation.
    said = " ".join(done.stderr.split())
    assert said.startswith("Warning: 288 members of lists are a part of the country, which has 5585868 people.")
    assert "fitted on a part of the country" in out.read_text()
    run = ["run", "--snapshot", str(nation.folder), "--month", "2025-10", "--out", str(tmp_path / "r.parquet")]
    tried = CliRunner().invoke(app, [*run, "--weights", str(out)])
    assert "weights mine: a trial of other rules" in " ".join(tried.stderr.split())


def test_a_file_that_is_no_set_of_weights_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("parameter,value,unit,valid_from,valid_to,source,confidence,note\n")
    with pytest.raises(DataError, match=r"is not a set of weights: it has no row capitation\.weight_set"):
        book_with(weights=path)
