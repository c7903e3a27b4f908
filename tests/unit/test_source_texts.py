"""From a figure to its source: the texts shown are those of the files that count."""

from __future__ import annotations

import subprocess
import sys
from inspect import getsource

import pytest

from fastlege.figures.catalogue import definition, definitions
from fastlege.figures.engine import of_claims
from fastlege.figures.facts import BASES
from fastlege.figures.measures import MEASURES, Constant
from fastlege.reporting.source_texts import base_sources, counts_claims, definition_source, measure_sources


@pytest.mark.parametrize("figure", [each.id for each in definitions()])
def test_the_source_of_every_figure_is_found_down_to_its_base_tables(figure: str) -> None:
    each = definition(figure)
    assert f'numerator = "{each.numerator}"' in definition_source(each).text
    assert [found.name for found in measure_sources(each)] == list(dict.fromkeys(each.measures))
    counted = [MEASURES[name] for name in each.measures]
    bases = {measure.base for measure in counted if not isinstance(measure, Constant)}
    assert {found.name for found in base_sources(each)} == bases
    for found in base_sources(each):
        assert found.text == getsource(BASES[found.name].make).rstrip()


def test_pages_and_reports_agree_on_what_counts_a_year_of_claims() -> None:
    figures = [each.id for each in definitions()]
    assert [figure for figure in figures if counts_claims(definition(figure)) != of_claims(figure)] == []
    assert counts_claims(definition("consultations_gp_per_100"))
    assert not counts_claims(definition("gps"))


def test_a_measure_is_shown_with_its_place_in_the_file() -> None:
    found = measure_sources(definition("lists_vacant"))[0]
    assert found.text == '"lists_vacant": _rows("lists", lambda f: ~f.has_gp)'
    assert found.file == "fastlege/figures/measures.py"
    with open(found.file) as file:
        assert found.text in file.read().splitlines()[found.line - 1]


def test_the_texts_are_read_without_the_engine() -> None:
    code = (
        "import sys; from fastlege.reporting.source_texts import base_sources as b;"
        "from fastlege.figures.catalogue import definition; assert b(definition('gps'));"
        "sys.exit('ibis' in sys.modules or 'duckdb' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
