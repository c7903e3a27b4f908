"""Bad input to figures: one clear error that says what to do, and nothing half-written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from figures_scheme import write_scheme
from typer.testing import CliRunner

import fastlege
from fastlege.cli.main import app
from fastlege.figures import measures
from fastlege.figures.counting import base_rows
from fastlege.figures.measures import Distinct, Quantile, Sum
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.building import build_edition


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_scheme(tmp_path_factory.mktemp("bad") / "scheme")


BROKEN = {
    "a sum": ("lists", Sum("lists", lambda facts: facts.shoe_size.sum())),
    "a sum by name": ("lists", Sum("lists", lambda facts: facts["shoe_size"].sum())),
    "the rows of a count": ("gps", Distinct("gps", "doctor_id", lambda facts: facts.shoe_size > 40)),
    "a key": ("waiting_persons", Distinct("waiting", "shoe_size", lambda facts: facts.person_id > 0)),
    "a quantile": (
        "median_members",
        Quantile("gp_lists", lambda facts: facts.shoe_size, lambda facts: facts.members, 500, lambda f: f.members > 0),
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_an_unknown_column_in_a_measure_is_said_with_those_there_are(
    what: str, scheme: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, measure = BROKEN[what]
    figure = {"median_members": "median_list_length"}.get(name, name)
    monkeypatch.setitem(measures.MEASURES, name, measure)
    for written in (base_rows._on_engine, base_rows._on_rows):
        written.cache_clear()
    done = CliRunner().invoke(app, ["figures", "compute", figure, "--snapshot", str(scheme.folder)])
    said = str(done.exception)
    assert isinstance(done.exception, DataError)
    assert re.search(rf"the measure {name} cannot be read from its base table {measure.base} .*shoe_size", said)
    assert "The base table has " in said
    assert "\n" not in said
    with pytest.raises(DataError, match="shoe_size"):
        build_edition(scheme, tmp_path / "edition")
    assert list(tmp_path.iterdir()) == []


def test_figures_of_money_name_the_claims_that_are_lacking(scheme: Snapshot) -> None:
    done = CliRunner().invoke(app, ["figures", "compute", "expenditure", "--snapshot", str(scheme.folder)])
    assert "the table claim_details is missing" in str(done.exception)
    assert "`fastlege claims build`" in str(done.exception)


def test_every_command_that_a_message_names_exists() -> None:
    root = typer.main.get_command(app)
    named = {
        tuple(found.group(1).split())
        for path in Path(fastlege.__file__).parent.rglob("*.py")
        for found in re.finditer(r"`fastlege ([a-z]+(?: [a-z][a-z-]*)?)", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    unknown = []
    for words in sorted(named):
        command = root
        for word in words:
            command = getattr(command, "commands", {}).get(word)
            if command is None or not hasattr(command, "commands"):
                break
        if command is None:
            unknown.append(" ".join(words))
    assert unknown == []
