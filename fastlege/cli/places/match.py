"""`fastlege match`: the bare engine of the monthly round on plain files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fastlege.cli.output import Json, counted, print_json, progress, words

app = typer.Typer(
    name="match",
    help="The engine of a round, on plain files (docs/algorithms.md).",
    no_args_is_help=True,
)

_In = Annotated[
    Path,
    typer.Option("--in", help="Folder with lists.csv, members.csv, requests.csv and round.json.", show_default=False),
]
_Out = Annotated[Path, typer.Option("--out", help="Folder of result.csv and prices.csv.", show_default=False)]


@app.command()
def run(source: _In, out: _Out, json: Json = False) -> None:
    """Write who moves where, and the prices that prove it."""
    from fastlege.matching.files import read_market, write_result
    from fastlege.matching.market import How
    from fastlege.matching.round import run_round

    with progress.status("Reading"):
        market = read_market(source)
    with progress.status("Giving out places"):
        result = run_round(market)
    write_result(out, result)
    moves = result.moves
    counts = {how.word: int((moves.how == how).sum()) for how in How if how != How.NOT_MOVED}
    rings = int(moves.cycle.max(initial=0))
    if json:
        print_json({"moved": len(moves.person_id), **counts, "rings": rings, "out": str(out)})
        return
    words.print(f"{counted(len(moves.person_id), 'person moves', 'people move')}:")
    words.print(f"  {counts['assigned']} had no list and were assigned one in their municipality")
    words.print(f"  {counts['queue']} got a free place, in the order of the queue")
    words.print(f"  {counts['exchange']} exchange places, in {counted(rings, 'ring', 'rings')}")
    words.print(f"Written: {out / 'result.csv'} and {out / 'prices.csv'}")


@app.command()
def verify(source: _In, out: _Out, json: Json = False) -> None:
    """Check a result by its promises and prices, without solving.

    Exit code 1 if one fails.
    """
    from fastlege.matching.files import read_market, read_result
    from fastlege.matching.verify import verify as verdicts_on

    with progress.status("Checking"):
        verdicts = verdicts_on(read_market(source), read_result(out))
    if json:
        print_json(
            [
                {"promise": v.promise, "statement": v.statement, "holds": v.holds, "broken_by": v.broken_by}
                for v in verdicts
            ]
        )
    else:
        for verdict in verdicts:
            words.print(f"{'holds ' if verdict.holds else 'BROKEN'}  {verdict.statement}")
            if not verdict.holds:
                some = ", ".join(map(str, verdict.broken_by[:5]))
                words.print(f"        broken {counted(len(verdict.broken_by), 'time', 'times')}, first by {some}")
    if not all(verdict.holds for verdict in verdicts):
        raise typer.Exit(1)


@app.command()
def bound(source: _In, json: Json = False) -> None:
    """Compute the most people who could be served at all.

    And the share of it that the round serves.
    """
    from fastlege.matching.files import read_market
    from fastlege.matching.round import result_of, run_stages
    from fastlege.matching.variants.bound import bound as bound_of

    with progress.status("Giving out places"):
        stages = run_stages(read_market(source))
    with progress.status("Computing the bound"):
        found = bound_of(stages, result_of(stages))
    if json:
        print_json({"waiting": found.waiting, "at_most": found.at_most, "served": found.served, "share": found.share})
        return
    who = counted(found.waiting, "person waits", "people wait")
    words.print(f"{who} for a list they asked for, or for any list.")
    words.print(f"At most {found.at_most} of them could be served, whatever the rule.")
    words.print(f"The round serves {found.served}: {100 * found.share:.1f} % of that.")
