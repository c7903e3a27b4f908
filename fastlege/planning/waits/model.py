"""What was learnt from simulated years, read from the data files in `fitted`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.planning.waits.curves import Curves
from fastlege.planning.waits.levels import POSITIONS, Levels
from fastlege.planning.waits.scores import GROUPS, Pace, Pull

SCORES, PLACES, NEWCOMERS, LEVELS = "scores.toml", "places.csv", "newcomers.csv", "levels.csv"
_DIGITS = 4
_REMEDY = "`python -m benchmarks.waits` makes the files anew."


@dataclass(frozen=True)
class Model:
    """Scores, curves and levels, for the places of a round and for one who would queue today; and how they were learnt.

    A list younger than `least_months` has too little history to say anything.
    """

    paces: Mapping[str, Pace]
    pull: Pull
    least_months: float
    places: Curves
    newcomers: Curves
    place_levels: Levels
    newcomer_levels: Levels
    made: Mapping[str, str]


@cache
def fitted() -> Model:
    """The model that estimates rest on."""
    return read_model(files("fastlege.planning.waits") / "fitted")


def read_model(folder: Traversable) -> Model:
    """Read a model; raises `DataError` when a file is missing or wrong."""
    try:
        scores = tomllib.loads((folder / SCORES).read_text())
        levels = pl.read_csv((folder / LEVELS).read_bytes(), schema_overrides={"position": pl.String})
        return Model(
            paces={group: Pace(**scores["pace"][group]) for group in GROUPS},
            pull=_pull(scores["pull"]),
            least_months=float(scores["least_months"]),
            places=_curves((folder / PLACES).read_bytes()),
            newcomers=_curves((folder / NEWCOMERS).read_bytes()),
            place_levels=_levels(levels, PLACES),
            newcomer_levels=_levels(levels, NEWCOMERS),
            made=scores["made"],
        )
    except (OSError, KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise DataError(f"the model of waits cannot be read ({error}).", where=str(folder), remedy=_REMEDY) from error


def write_model(model: Model, folder: Path) -> None:
    """Write the files that `read_model` reads."""
    with whole_file(folder / SCORES) as part:
        part.write_text(_scores_text(model))
    for name, curves in ((PLACES, model.places), (NEWCOMERS, model.newcomers)):
        with whole_file(folder / name) as part:
            _curve_rows(curves).write_csv(part)
    of_both = [_level_rows(model.place_levels, PLACES), _level_rows(model.newcomer_levels, NEWCOMERS)]
    with whole_file(folder / LEVELS) as part:
        pl.concat(of_both).write_csv(part)


def _pull(row: Mapping[str, Any]) -> Pull:
    return Pull(**{**row, **{name: tuple(row[name]) for name in ("gap_points", "gap_effect")}})


def _scores_text(model: Model) -> str:
    lines = ["# Learnt from simulated years: see docs/waits.md. Made by a command; not written by hand.", ""]
    lines += [f"least_months = {model.least_months}"]
    tables: dict[str, Mapping[str, Any]] = {"made": model.made}
    tables |= {f"pace.{group}": vars(pace) for group, pace in model.paces.items()}
    pull = dict(vars(model.pull))
    kinds = pull.pop("kind")
    for name, row in (tables | {"pull": pull, "pull.kind": kinds}).items():
        lines += [
            "",
            f"[{name.replace('pace.', 'pace.')}]",
            *(f"{key} = {_value(value)}" for key, value in row.items()),
        ]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, float):
        return repr(round(value, _DIGITS))
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _curve_rows(curves: Curves) -> pl.DataFrame:
    """One row a group and pair of knots; the shares in ten-thousandths, a column a round."""
    groups, near, apart, rounds = curves.given.shape
    index = np.indices((groups, near, apart)).reshape(3, -1)
    family, size = np.divmod(index[0], len(GROUPS))
    flat = np.rint(curves.given.reshape(-1, rounds) * 10_000).astype(np.int64)
    return pl.DataFrame(
        {
            "family": family,
            "size_group": [GROUPS[group] for group in size],
            "queue": np.round(curves.queue_knots[index[1]], _DIGITS),
            "exchange": np.round(curves.exchange_knots[index[2]], _DIGITS),
            **{f"within_{number + 1}": flat[:, number] for number in range(rounds)},
        }
    )


def _level_rows(levels: Levels, name: str) -> pl.DataFrame:
    """One row a size group and class of place in line; the shares in hundredths."""
    rows = [
        (
            name.removesuffix(".csv"),
            group,
            position,
            *(round(float(100 * table[i, j])) for table in vars(levels).values()),
        )
        for i, group in enumerate(GROUPS)
        for j, position in enumerate(POSITIONS)
    ]
    return pl.DataFrame(rows, schema=["of", "size_group", "position", *vars(levels)], orient="row")


def _levels(rows: pl.DataFrame, name: str) -> Levels:
    own = rows.filter(pl.col("of") == name.removesuffix(".csv"))
    found = {(row["size_group"], row["position"]): row for row in own.rows(named=True)}
    return Levels(
        **{
            end: np.array([[found[group, position][end] / 100 for position in POSITIONS] for group in GROUPS])
            for end in ("low", "high", "high_at_once")
        }
    )


def _curves(text: bytes) -> Curves:
    rows = pl.read_csv(text)
    queue, exchange = (np.array(rows[name].unique().sort().to_list(), float) for name in ("queue", "exchange"))
    order = pl.DataFrame({"size_group": GROUPS, "group": range(len(GROUPS))})
    rows = rows.join(order, on="size_group").sort("family", "group", "queue", "exchange")
    shares = rows.select(pl.selectors.starts_with("within_")).to_numpy() / 10_000
    kinds = rows["family"].n_unique()
    return Curves(queue, exchange, shares.reshape(kinds * len(GROUPS), len(queue), len(exchange), -1))
