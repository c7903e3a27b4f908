"""Editions of a small scheme for several days, in the folder that the site reads. For the tests of the open data."""

from __future__ import annotations

import shutil
from pathlib import Path

import orjson
from figures_scheme import write_scheme

from fastlege.reporting.building import build_edition

DAYS = ("2022-10-01", "2023-10-01")


def build_small_edition(folder: Path) -> Path:
    """The edition of `figures_scheme`, with its groups."""
    build_edition(write_scheme(folder / "scheme"), folder / "built")
    return folder / "built"


def install(built: Path, editions: Path, day: str, note: str = "") -> None:
    """Put the edition among the others as if it were of another day; another note makes it another edition."""
    target = editions / day
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(built, target)
    meta = orjson.loads((target / "edition.json").read_bytes())
    (target / "edition.json").write_bytes(orjson.dumps(meta | {"as_of": day, "note": note}))
