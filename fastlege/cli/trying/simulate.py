"""`fastlege simulate`: live a synthetic nation on, month by month, under today's practice and other policies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fastlege.cli.output import Json, print_json, progress_bar, words
from fastlege.simulation.life.policies.catalogue import POLICIES, PRACTICE, policy_named

app = typer.Typer(
    name="simulate",
    help="Other ways to give out places, tried over years.",
    no_args_is_help=True,
)

_NAMES = ", ".join(POLICIES)
_Snapshot = Annotated[Path, typer.Option(help="Folder of the snapshot to start from.", show_default=False)]
_Months = Annotated[int, typer.Option(help="Months to live, a round each.")]
_Out = Annotated[Path, typer.Option(help="Folder to write; an older run there is replaced.", show_default=False)]
_Seed = Annotated[int, typer.Option(help="Another seed gives another life.")]
_Settle = Annotated[int, typer.Option(help="Months under today's practice before the first that counts.")]


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help=f"One of: {_NAMES}.", show_default=False)],
    snapshot: _Snapshot,
    months: _Months,
    out: _Out,
    seed: _Seed = 1,
    settle: _Settle = 0,
) -> None:
    """Live under one policy.

    Writes its months, its spells of waiting, and the last state as a snapshot.
    """
    from fastlege.simulation.life.telling.folder import check_folder, write_run
    from fastlege.simulation.life.telling.results import live_through

    policy_named(scenario)
    check_folder(out)
    course, start, book = _course(snapshot, [scenario], months=months, seed=seed, settle=settle)
    with progress_bar() as report:
        lived = live_through(start, course, book=book, report=report)
        report("writing", 1.0)
        write_run(out, start, lived, scenario)
    last = lived.of(scenario).row(-1, named=True)
    words.print(f"{months} months under {scenario}, the last round on {last['day']}:")
    _tell(last)
    words.print(f"Written to {out}; the state is a snapshot in {out / 'snapshot'}")


@app.command()
def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of runs; the first is the base.", show_default=False)],
    json: Json = False,
) -> None:
    """Compare runs from one snapshot and seed.

    The months, and person by person who was earlier and who later.
    """
    from fastlege.simulation.life.telling.folder import check_comparable, read_run
    from fastlege.simulation.life.telling.results import compare_all

    if len(runs) < 2:
        raise typer.BadParameter("give at least two folders", param_hint="RUNS")
    read = [read_run(folder) for folder in runs]
    for other in read[1:]:
        check_comparable(read[0], other)
    if len({each.scenario for each in read}) < len(read):
        raise typer.BadParameter("two of the runs are of the same scenario", param_hint="RUNS")
    base = read[0].scenario
    compared = compare_all({each.scenario: each.spells for each in read}, base)
    if json:
        last = [{"day": m["day"].isoformat(), **{k: v for k, v in m.items() if k != "day"}}
                for m in (each.measures.row(-1, named=True) for each in read)]  # fmt: skip
        print_json({"base": base, "last_month": last, "people": compared.whole.to_dicts(),
                    "people_by_size": compared.by_size.to_dicts()})  # fmt: skip
        return
    for each in read:
        words.print(f"{each.scenario}, last month:")
        _tell(each.measures.row(-1, named=True))
    _tell_people(compared.whole.to_dicts(), base)


@app.command()
def dynamics(
    snapshot: _Snapshot,
    out: _Out,
    months: _Months = 36,
    settle: _Settle = 12,
    seed: _Seed = 1,
    language: Annotated[str, typer.Option(help="Language of the page: nb, nn or en.")] = "nb",
) -> None:
    """Live under all policies side by side.

    Writes one page of pictures with tables, and the tables as files.
    """
    from fastlege.simulation.life.telling.folder import check_folder, write_dynamics
    from fastlege.simulation.life.telling.results import compare_all, live_through
    from fastlege.simulation.life.telling.wording import wording_in

    wording = wording_in(language)
    check_folder(out)
    policies = list(POLICIES)
    course, start, book = _course(snapshot, policies, months=months, seed=seed, settle=settle)
    with progress_bar() as report:
        lived = live_through(start, course, book=book, report=report)
        report("comparing", 1.0)
        compared = compare_all(lived.spells)
        write_dynamics(out, lived, compared, wording)
    for name in policies:
        words.print(f"{name}, after {months} months:")
        _tell(lived.of(name).row(-1, named=True))
    _tell_people(compared.whole.to_dicts(), PRACTICE)
    words.print(f"Page: {out / 'index.html'}")


@app.command()
def page(
    folder: Annotated[Path, typer.Argument(help="Folder that `dynamics` wrote.", show_default=False)],
    language: Annotated[str, typer.Option(help="Language of the page: nb, nn or en.")] = "nb",
) -> None:
    """Write the page of all policies anew, in another language.

    Nothing is lived again.
    """
    from fastlege.simulation.life.telling.folder import rewrite_page
    from fastlege.simulation.life.telling.wording import wording_in

    rewrite_page(folder, wording_in(language))
    words.print(f"Page: {folder / 'index.html'}")


def _course(snapshot: Path, policies: list[str], *, months: int, seed: int, settle: int) -> tuple[Any, Any, Any]:
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.rules.parameters import load_rulebook
    from fastlege.simulation.life.run import Course, check_course

    course = Course(months=months, policies=policies, seed=seed, settle=settle)
    check_course(course)
    return course, Snapshot(snapshot), load_rulebook()


def _tell(month: dict[str, Any]) -> None:
    def days(name: str) -> str:
        return "-" if month[name] is None else f"{month[name]:.0f}"

    words.print(f"  waiting      {month['waiting']:>9,} people, {month['places']:,} places".replace(",", " "))
    words.print(f"  they waited  mean {days('wait_mean')} days, median {days('wait_median')}, "
                f"90 % {days('wait_p90')}, at most {days('wait_max')}")  # fmt: skip
    words.print(f"  served       {month['served']:>9,} by request this month".replace(",", " "))
    words.print(f"  without list {month['without_list']:>9,}".replace(",", " "))


def _tell_people(rows: list[dict[str, Any]], base: str) -> None:
    words.print(f"People beside {base}: earlier, as before, later (by months on average; at most)")
    for row in rows:
        later = "" if not row["later"] else f" ({row['later_by']}; {row['later_most']})"
        counts = f"{row['earlier']:>9,} {row['same']:>9,} {row['later']:>9,}".replace(",", " ")
        words.print(f"  {row['policy']:<24}{counts}{later}")
