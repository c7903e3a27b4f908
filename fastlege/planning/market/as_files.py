"""The month's market as the four files that `fastlege match run` reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.market.assembly import MonthMarket
from fastlege.planning.reading import collect, scan

_TIME = "%Y-%m-%dT%H:%M:%SZ"


def write_market(month: MonthMarket, snapshot: Snapshot, folder: Path) -> None:
    """Write `lists.csv`, `members.csv`, `requests.csv` and `round.json`; each whole or not at all."""
    if folder.is_file():
        raise DataError("is a file; a market is a folder.", where=str(folder), remedy="Name a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"lists": _lists(month), "members": _members(month, snapshot), "requests": _requests(month)}
    for name, rows in tables.items():
        with whole_file(folder / f"{name}.csv") as part:
            rows.write_csv(part)
    with whole_file(folder / "round.json") as part:
        part.write_text(_terms(month))


def _terms(month: MonthMarket) -> str:
    terms = month.market.terms
    cutoff = datetime.fromtimestamp(terms.cutoff, UTC).strftime(_TIME)
    intake = "all" if terms.intake_all else "open_only"
    return (
        json.dumps({"round": terms.effect.isoformat(), "cutoff": cutoff, "seed": terms.seed, "intake": intake}) + "\n"
    )


def _lists(month: MonthMarket) -> pl.DataFrame:
    lists = month.market.lists
    return pl.DataFrame(
        {
            "list_id": lists.list_id,
            "municipality": [month.municipalities[code - 1] for code in lists.municipality.tolist()],
            "cap": lists.cap,
            "has_gp": lists.has_gp.astype(np.int8),
            "open": lists.is_open.astype(np.int8),
        },
        schema_overrides={"municipality": pl.String},
    )


def _members(month: MonthMarket, snapshot: Snapshot) -> pl.DataFrame:
    """Everybody with their home, which for one without a list is where the round places them."""
    members = month.market.members
    homes = collect(scan(snapshot, "persons").select("person_id", "municipality"), snapshot)
    placed_in = dict(enumerate(month.municipalities, start=1))
    rows = pl.DataFrame(
        {
            "person_id": members.person_id,
            "list_id": members.list_id,
            "code": members.municipality,
            "since": members.since,
        }
    )
    lacking = pl.col("list_id") == 0
    return rows.join(homes, on="person_id", how="left", maintain_order="left").select(
        "person_id",
        list_id=pl.when(~lacking).then("list_id"),
        municipality=pl.when(lacking)
        .then(pl.col("code").replace_strict(placed_in, default=None, return_dtype=pl.String))
        .otherwise("municipality"),
        unallocated_since=pl.when(lacking).then(_moment("since")),
    )


def _requests(month: MonthMarket) -> pl.DataFrame:
    rows = month.market.requests
    columns = {name: getattr(rows, name) for name in ("person_id", "list_id", "rank", "requested_at", "family_id")}
    family = pl.when(pl.col("family_id") > 0).then("family_id")
    return pl.DataFrame(columns).with_columns(_moment("requested_at"), family_id=family)


def _moment(name: str) -> pl.Expr:
    return pl.from_epoch(name, time_unit="s").dt.strftime(_TIME).alias(name)
