"""Recipes: the named sources that a synthetic nation is built from, as data in this package."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import polars as pl

from fastlege.kernel.errors import DataError

_ROOT = files("fastlege.simulation") / "recipes"
_ASSUMPTIONS = "assumptions"
_LIFE = "life"
_CLAIMS = "claims"


@dataclass(frozen=True)
class Recipe:
    """One recipe: its day, its published figures and its assumptions, and the tables beside them."""

    name: str
    title: str
    as_of: date
    kind: str
    published: Mapping[str, Any]
    assumed: Mapping[str, Any]
    size_groups: Mapping[str, str]
    """Municipalities that the source counts in another size group than their population says."""

    def number(self, name: str) -> Any:
        """A published figure, or else an assumption, by name."""
        return self.published[name] if name in self.published else self.assumed[name]

    def table(self, name: str) -> pl.DataFrame:
        """A table of the recipe; codes are text."""
        return _read(_ROOT / self.name / f"{name}.csv")


def assumption(name: str) -> pl.DataFrame:
    """A table that all recipes share: ages, households, use, names. Its columns say what is assumed."""
    return _read(_ROOT / _ASSUMPTIONS / f"{name}.csv")


def life_table(name: str) -> pl.DataFrame:
    """A table of what happens in a nation's life, with sources: `rates` and `by_age`."""
    return _read(_ROOT / _LIFE / f"{name}.csv")


def claims_table(name: str) -> pl.DataFrame:
    """A table of what a year of claims is drawn from: published volumes, and assumptions marked so."""
    return _read(_ROOT / _CLAIMS / f"{name}.csv")


def recipe_names() -> tuple[str, ...]:
    """The names of all recipes."""
    return tuple(sorted(entry.name for entry in _ROOT.iterdir() if (entry / "recipe.toml").is_file()))


def load_recipe(name: str) -> Recipe:
    """Read a recipe by name."""
    if name not in recipe_names():
        raise DataError(
            f"there is no recipe {name!r}.", where="recipe", remedy=f"Choose one of: {', '.join(recipe_names())}."
        )
    content = tomllib.loads((_ROOT / name / "recipe.toml").read_text(encoding="utf-8"))
    return Recipe(
        name=name,
        title=content["title"],
        as_of=content["as_of"],
        kind=content["kind"],
        published={key: row["value"] for key, row in content["published"].items()},
        assumed={key: row["value"] for key, row in content["assumed"].items()},
        size_groups=content.get("size_groups", {}),
    )


def _read(path: Traversable) -> pl.DataFrame:
    with path.open("rb") as stream:
        return pl.read_csv(
            stream.read(), comment_prefix="#", schema_overrides={"code": pl.String, "served_by": pl.String}
        )
