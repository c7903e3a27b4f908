"""What the groups of figures are called: bands that say their ends, and diagnoses by name."""

from __future__ import annotations

import csv
from importlib.resources import files
from io import StringIO

import pytest

from fastlege.figures.dimensions import dimension_named


@pytest.mark.parametrize(
    ("dimension", "code", "nb", "en"),
    [
        ("age", "00_04", "0–4 år", "0–4 years"),
        ("age", "90_plus", "90 år og over", "90 years and over"),
        ("gp_age", "00_29", "Under 30 år", "Under 30 years"),
        ("length", "0000_0500", "Opptil 500 personer", "Up to 500 persons"),
        ("length", "0501_1000", "501–1\u00a0000 personer", "501–1,000 persons"),
        ("length", "2501_plus", "Over 2\u00a0500 personer", "Over 2,500 persons"),
        ("wait", "0732_plus", "Over 731 dager", "Over 731 days"),
    ],
)
def test_a_band_says_its_ends(dimension, code, nb, en):
    name = dimension_named(dimension).name(code)
    assert (name.nb, name.en) == (nb, en)


def test_a_diagnosis_has_its_name_after_its_code_and_one_that_no_source_names_is_its_code():
    assert dimension_named("diagnosis").name("T90").en == "T90 Type 2 diabetes"
    assert dimension_named("diagnosis").name("Z01").nb == "Z01"


def test_every_diagnosis_of_the_synthetic_year_has_a_name():
    text = (files("fastlege.simulation.recipes") / "claims" / "diagnoses.csv").read_text(encoding="utf-8")
    drawn = {row["diagnosis"] for row in csv.DictReader(StringIO(text))}
    assert drawn <= set(dimension_named("diagnosis").names)
