"""`fastlege figures beside`: what was published beside what is counted, for the whole country only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson
import pytest
from figures_scheme import write_scheme
from typer.testing import CliRunner, Result

from fastlege.cli.main import app
from fastlege.figures.catalogue import definition
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.beside import beside_published


def beside(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["figures", "beside", "--snapshot", str(folder), *words])


def test_every_value_of_the_month_is_shown_with_what_is_counted(tmp_path: Path) -> None:
    snapshot = write_scheme(tmp_path / "scheme")
    rows = orjson.loads(beside(snapshot.folder, "--json").stdout)
    of_the_month = {(row["table"], row["figure"]): row for row in rows}
    assert {row["period"] for row in rows} == {"2023-10"}
    assert of_the_month["1.1", "gps"] | {"counted": ""} == {
        **{"table": "1.1", "figure": "gps", "group": "", "period": "2023-10", "published": "5224"},
        **{"counted": "", "same": False, "reason": "Not explained"},
    }
    assert ("V1.15", "free_places") in of_the_month
    shown = beside(snapshot.folder, "--language", "nb").stdout
    assert "Ikke forklart" in shown
    assert f"0 of {len(rows)} published values are the same." in shown


def test_a_counted_value_has_the_decimals_of_its_figure(tmp_path: Path) -> None:
    for each in beside_published(write_scheme(tmp_path / "scheme")):
        places = len(str(each.counted).partition(".")[2])
        assert each.counted is None or places == definition(each.figure).decimals


def test_a_part_of_the_country_is_refused(small_snapshot: Path) -> None:
    refused = beside(small_snapshot)
    assert refused.exit_code == 1
    assert "covers 3433 3434 3435, and what was published is of the whole country." in str(refused.exception)


def test_a_month_without_published_values_says_so(tmp_path: Path) -> None:
    snapshot = write_scheme(tmp_path / "scheme", on=date(2022, 4, 1))
    assert beside_published(Snapshot(snapshot.folder)) == []
    assert "Nothing that was published is of 2022-04" in beside(snapshot.folder).stdout


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_reasons_are_told_in_each_language(language: str, tmp_path: Path) -> None:
    shown = beside(write_scheme(tmp_path / "scheme").folder, "--language", language)
    assert {"nb": "Ikke forklart", "nn": "Ikkje forklart", "en": "Not explained"}[language] in shown.stdout
