"""`fastlege profiles`: a page for each municipality, as a folder of static pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fastlege.cli.output import Json, counted, print_json, progress_bar, words
from fastlege.reporting.edition import read_edition
from fastlege.reporting.profiles.building import LANGUAGES, build_profiles
from fastlege.reporting.profiles.comparing import Profiles

app = typer.Typer(name="profiles", help="A page for each municipality, beside similar ones.", no_args_is_help=True)

_Editions = Annotated[
    list[Path],
    typer.Option("--edition", metavar="DIR", help="Edition of the figures; repeat for earlier ones, to show the past."),
]
_Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write the pages to.")]
_Languages = Annotated[
    str, typer.Option("--languages", metavar="CODES", help="Languages, with commas between: nb, nn, en.")
]

_ALL = ",".join(LANGUAGES)


@app.command("build")
def build(edition: _Editions, out: _Out, languages: _Languages = _ALL, json: Json = False) -> None:
    """Build a page for each municipality, all or none.

    `fastlege figures edition` makes an edition. The newest one is shown, the others give the years before it.
    """
    chosen = _languages(languages)
    found = Profiles([read_edition(each) for each in edition])
    with progress_bar() as tell:
        count = build_profiles(found, out, languages=chosen, tell=tell)
    told = {
        "profiles": str(out),
        "as_of": found.now.as_of.isoformat(),
        "municipalities": count,
        "languages": list(chosen),
        "years": list(found.years),
    }
    if json:
        print_json(told)
        return
    words.print(
        f"Wrote profiles of {counted(count, 'municipality', 'municipalities')} to {out}. Begin with index.html."
    )
    if len(found.years) < 2:
        words.print("No past is shown: name editions of earlier years with --edition.")


def _languages(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    if not chosen or set(chosen) - set(LANGUAGES):
        raise typer.BadParameter(f"the languages are {', '.join(LANGUAGES)}, with commas between")
    return chosen
