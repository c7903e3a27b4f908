"""Editions after others of the same day, and editions that are rounded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pytest
from figures_scheme import write_scheme
from figures_year import write_year
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.figures.catalogue import definition
from fastlege.figures.dimensions import DIMENSIONS
from fastlege.figures.disclosure.door import Door, rounded
from fastlege.figures.earlier import shown_in
from fastlege.figures.engine import compute_many
from fastlege.figures.levels import Level
from fastlege.figures.splits import compute_split
from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.building import build_edition
from fastlege.reporting.edition import read_edition

WAITING = [definition("waiting_persons"), definition("waiting_persons_per_1000")]


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return write_scheme(tmp_path_factory.mktemp("earlier") / "scheme")


def numbers(table: pa.Table, figure: str = "waiting_persons") -> dict[str, int | None]:
    return {row["area"]: row["numerator"] for row in table.to_pylist() if row["figure"] == figure}


def test_what_is_shown_already_is_not_hidden_and_what_follows_from_it_is_named(scheme: Snapshot) -> None:
    # Given an edition that showed the eight of Stavanger and the nine of Rogaland, one of which Eigersund has
    open_, closed = (compute_many(WAITING, scheme, by=list(Level), threshold=each) for each in (0, 6))
    assert numbers(closed)["1101"] is None
    door = Door(6, (shown_in([open_]),))
    compute_many(WAITING, scheme, by=list(Level), threshold=door)
    # Then the one and the three cannot be protected any more
    away = {(name, area) for (name, _, _), _, area in door.given_away}
    assert {("waiting_persons", "1101"), ("waiting_persons", "4601")} <= away
    # And after an edition that hid them nothing is given away, and the same is hidden
    again = Door(6, (shown_in([closed]),))
    assert compute_many(WAITING, scheme, by=list(Level), threshold=again).equals(closed)
    assert again.given_away == []


def test_what_an_edition_hid_stays_hidden(scheme: Snapshot) -> None:
    strict = compute_many(WAITING, scheme, by=list(Level), threshold=6)
    assert None not in numbers(compute_many(WAITING, scheme, by=list(Level), threshold=0)).values()
    hid = [area for area, number in numbers(strict).items() if number is None]
    after = numbers(compute_many(WAITING, scheme, by=list(Level), threshold=Door(0, (shown_in([strict]),))))
    assert hid
    assert all(after[area] is None for area in hid)


def test_the_command_names_what_is_given_away(scheme: Snapshot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("fastlege.reporting.door.threshold_for", lambda *_: 2)
    build_edition(scheme, tmp_path / "lax", groups=False)
    monkeypatch.undo()
    words = ["figures", "edition", "--snapshot", str(scheme.folder), "--after", str(tmp_path / "lax"), "--out"]
    done = CliRunner().invoke(app, [*words, str(tmp_path / "next"), "--json"])
    told = orjson.loads(done.stdout)["given_away"]
    assert {"measure": "waiting_persons", "dimension": "", "group": "", "level": "municipality", "area": "4601"} in told
    assert "follow from what is out already" in CliRunner().invoke(app, [*words, str(tmp_path / "other")]).stderr


def test_an_edition_of_another_day_or_none_at_all_is_refused(scheme: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no edition or report here"):
        build_edition(scheme, tmp_path / "next", after=[tmp_path / "nowhere"])
    build_edition(scheme, tmp_path / "first", groups=False)
    meta = tmp_path / "first" / "edition.json"
    meta.write_bytes(meta.read_bytes().replace(b"2023-10-01", b"2023-09-01"))
    with pytest.raises(DataError, match="holds 2023-09-01, and the snapshot 2023-10-01"):
        build_edition(scheme, tmp_path / "next", after=[tmp_path / "first"])
    assert not (tmp_path / "next").exists()


def test_counts_of_persons_are_rounded_after_hiding_and_rates_with_them(scheme: Snapshot, tmp_path: Path) -> None:
    build_edition(scheme, tmp_path / "rounded", groups=False, round_to=5)
    edition = read_edition(tmp_path / "rounded")
    assert edition.meta["round_to"] == "5"
    chosen = [definition(name) for name in ("waiting_persons", "queue_places", "queue_places_per_person", "residents")]
    rows = compute_many(chosen, scheme, by=[Level.COUNTRY], threshold=Door(0, round_to=5)).to_pylist()
    # Ten wait in twelve places; members of lists are public, and are never rounded.
    assert [row["value"] for row in rows] == [10, 10, 1, 52]
    hidden = compute_many(WAITING, scheme, by=[Level.MUNICIPALITY], threshold=6)["suppressed"]
    as_rounded = compute_many(WAITING, scheme, by=[Level.MUNICIPALITY], threshold=Door(6, round_to=5))["suppressed"]
    assert as_rounded == hidden


def test_halves_are_rounded_up_and_nought_stays() -> None:
    assert rounded(np.array([0, 2, 3, 7, 8, 10]), 5).tolist() == [0, 0, 5, 5, 10, 10]
    assert rounded(np.array([7]), 1).tolist() == [7]


def test_an_index_is_hidden_where_few_patients_are_behind_it(tmp_path: Path) -> None:
    year = write_year(tmp_path / "scheme")
    index = definition("usual_provider_index")
    few = compute_many([index], year, by=[Level.COUNTRY], threshold=6).to_pylist()
    assert [(row["value"], row["denominator"], row["suppressed"]) for row in few] == [(None, None, True)]
    divided = compute_split(index, year, DIMENSIONS["sex"], by=[Level.COUNTRY], threshold=6)
    assert set(divided["value"].to_pylist()) <= {None}
