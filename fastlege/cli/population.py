"""`fastlege population`: build synthetic nations and parts of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fastlege.cli.output import Json, print_json, progress_bar, words
from fastlege.kernel.snapshot import Snapshot

app = typer.Typer(name="population", help="Build a synthetic nation from published figures.", no_args_is_help=True)

_TABLES = ("persons", "lists", "doctors", "offices", "memberships", "queue", "unplaced", "switches")


@app.command()
def build(
    recipe: Annotated[str, typer.Option(help="Name of the recipe, such as norway-2023-10.")],
    out: Annotated[Path, typer.Option(help="Folder for the snapshot; an older snapshot there is replaced.")],
    area: Annotated[str, typer.Option(help="Codes of municipalities or counties, with commas between.")] = "",
    seed: Annotated[int, typer.Option(help="Another seed gives other people with the same totals.")] = 1,
    json: Json = False,
) -> None:
    """Write the nation of a recipe, or a part of it, as a snapshot."""
    # The simulation brings heavy libraries; the other commands start without them.
    from fastlege.simulation.population import build_population

    areas = [code.strip() for code in area.split(",") if code.strip()]
    with progress_bar() as report:
        build_population(recipe, out, areas=areas or None, seed=seed, report=report)
    snapshot = Snapshot(out)
    rows = {name: snapshot.rows(name) for name in _TABLES}
    summary = {
        "recipe": recipe,
        "as_of": snapshot.as_of.isoformat(),
        "seed": seed,
        "areas": areas,
        "folder": str(out),
        "rows": rows,
        "digest": snapshot.digest(),
    }
    if json:
        print_json(summary)
        return
    words.print(f"{snapshot.meta['title']}: written to {out}")
    for name, count in rows.items():
        words.print(f"  {name:<12} {count:>12,}".replace(",", " "))


@app.command()
def recipes(json: Json = False) -> None:
    """List the recipes."""
    from fastlege.simulation.recipe import load_recipe, recipe_names

    known = [load_recipe(name) for name in recipe_names()]
    if json:
        print_json([{"name": one.name, "title": one.title, "as_of": one.as_of.isoformat()} for one in known])
        return
    for one in known:
        words.print(f"{one.name:<20} {one.title}")
