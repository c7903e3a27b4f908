"""`fastlege demo`: a synthetic area carried through one month of the scheme, and the site that shows it.

Every step is whole or not at all and leaves a file or a record that says it is done, so a demo that was interrupted
goes on where it stopped, and a second start reuses everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from shutil import rmtree
from time import perf_counter
from typing import Annotated, Any

import typer

from fastlege.cli.output import Json, print_json, progress, progress_bar, words
from fastlege.cli.serve import check_free, serve_site
from fastlege.database.address import home
from fastlege.database.ready import open_database, start_afresh
from fastlege.kernel.errors import DataError
from fastlege.kernel.money import to_kroner
from fastlege.kernel.periods import next_month
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.parameters import load_rulebook

_RECIPE, _AREA, _SEED, _DEMO = "norway-2026-05", "18", 1, "demo"
_APPROVER = "demo, somebody else"

Report = Callable[[str, float], None]


@dataclass
class Demo:
    """One demo: what it is of, where its files lie, and what each step came to."""

    recipe: str
    areas: Sequence[str] | None
    folder: Path
    seconds: dict[str, float] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)

    @property
    def before(self) -> Path:
        """The synthetic area as it is first."""
        return self.folder / "before"

    @property
    def after(self) -> Path:
        """The register after the round, on its day of effect."""
        return self.folder / "after"


def demo(
    area: Annotated[
        str | None, typer.Option(help="Municipality or county codes, with commas between.", show_default=_AREA)
    ] = None,
    nation: Annotated[bool, typer.Option("--nation", help="The whole country instead of an area.")] = False,
    recipe: Annotated[str, typer.Option(help="The synthetic population.")] = _RECIPE,
    serve: Annotated[bool, typer.Option(help="Serve the web site at the end.")] = True,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    json: Json = False,
) -> None:
    """Show it all: a synthetic county, a month of it, and its site.

    Builds the area, loads it, gives out places, pays, counts and serves the site until Ctrl-C.
    """
    if serve:
        check_free("127.0.0.1", port)
    if nation and area is not None:
        raise typer.BadParameter("give --area or --nation, not both")
    area = area or _AREA
    areas = None if nation else [code.strip() for code in area.split(",") if code.strip()]
    name = f"{recipe}-{'nation' if areas is None else '-'.join(areas)}-{_SEED}"
    if "/" in name or len(name) > 200:
        raise DataError("is not a list of area codes.", where=f"--area {area[:40]}", remedy="Give codes such as 18,50.")
    made = Demo(recipe, areas, home() / _DEMO / name)
    for title, step in _STEPS:
        with _timed(made, title) as report:
            step(made, report)
    _show(made, json=json)
    if serve:
        words.print(f"Look first at the front page, then at Finn fastlege: http://localhost:{port}/")
        serve_site("127.0.0.1", port)


def _build(made: Demo, report: Report) -> None:
    if not (made.before / "meta.parquet").exists():
        from fastlege.simulation.population import build_population

        build_population(made.recipe, made.before, areas=made.areas, seed=_SEED, report=report)
    source = Snapshot(made.before)
    made.summary |= {"recipe": made.recipe, "areas": made.areas or "nation", "as_of": source.as_of.isoformat()}
    made.summary |= {name: source.rows(name) for name in ("persons", "lists", "doctors", "queue", "unplaced")}


def _open(_made: Demo, _report: Report) -> None:
    open_database()


def _load(made: Demo, report: Report) -> None:
    from fastlege.registry.load import load_snapshot
    from fastlege.registry.state import loaded

    source, found = Snapshot(made.before), loaded()
    if found == (source.digest(), _DEMO):
        return
    if found and found[1] != _DEMO:
        raise DataError(
            f"the register holds what {found[1]} has loaded, and a demo does not replace that.",
            remedy="Set FASTLEGE_HOME to another folder, or FASTLEGE_DATABASE_URL to another database.",
        )
    if found:
        # Payments and rounds of another demo cannot be taken away one by one: the register keeps them for good.
        start_afresh()
    rmtree(made.after, ignore_errors=True)
    load_snapshot(source, by=_DEMO, report=report)


def _plan(made: Demo, _report: Report) -> None:
    from fastlege.planning.plan_file import read_plan, write_plan
    from fastlege.planning.round import plan_round

    path = made.folder / "round.plan"
    if not path.exists():
        source = Snapshot(made.before)
        write_plan(plan_round(source, on=next_month(source.as_of), seed=_SEED, book=load_rulebook()), path)
    header = read_plan(path).header
    made.summary["round"] = {"on": str(header.on), "moves": dict(header.counts), "digest": header.digest}


def _apply(made: Demo, _report: Report) -> None:
    from fastlege.casework.actions import apply_audited
    from fastlege.planning.plan_file import read_plan

    plan = read_plan(made.folder / "round.plan")
    apply_audited(plan, by=_DEMO, book=load_rulebook(), folder=made.before)


def _export(made: Demo, report: Report) -> None:
    if not (made.after / "meta.parquet").exists():
        from fastlege.registry.export import export_snapshot

        export_snapshot(made.after, on=date.fromisoformat(made.summary["round"]["on"]), report=report)


def _pay(made: Demo, _report: Report) -> None:
    from fastlege.rules.capitation.lines import run_month
    from fastlege.rules.capitation.payment_file import payment_header, read_payments, write_payments
    from fastlege.settlement.actions import approve, make_synthetic_accounts, prepare_run, review

    path = made.folder / "payments.parquet"
    if not path.exists():
        source, book = Snapshot(made.after), load_rulebook()
        run = run_month(source, source.as_of, book)
        write_payments(path, run.lines, payment_header(run, source, book))
    payments = read_payments(path)
    recorded = prepare_run(payments, by=_DEMO).run.pk
    review(recorded, by=_DEMO)
    approve(recorded, by=_APPROVER)
    make_synthetic_accounts(since=payments.month, by=_DEMO)
    _let_somebody_read()
    totals = payments.header["totals"]
    made.summary["payments"] = {"month": f"{payments.month:%Y-%m}", **totals}


def _let_somebody_read() -> None:
    """Let a grown-up resident of the largest municipality read what it paid, as one who works there."""
    from django.db import connection

    from fastlege.access.viewers import employee
    from fastlege.settlement.actions import let_read

    with connection.cursor() as cursor:
        cursor.execute(
            """select m.municipality, min(p.person_id) from persons p
            join (select municipality from lists where "end" is null group by 1 order by count(*) desc, 1 limit 1) m
                using (municipality)
            where p.status = 'resident' and p.birth_date < current_date - interval '40 years' group by 1"""
        )
        for municipality, person in cursor.fetchall():
            let_read(employee(person).name, municipality, by=_DEMO)


def _count(made: Demo, _report: Report) -> None:
    from django.conf import settings

    from fastlege.figures.levels import Level
    from fastlege.reporting.building import build_edition
    from fastlege.reporting.edition import META, read_edition

    source = Snapshot(made.after)
    shown = settings.EDITION
    if not (shown / META).exists() or read_edition(shown).meta["snapshot_digest"] != source.digest():
        # The demo's register is new, and the edition of an older one was never published.
        rmtree(shown, ignore_errors=True)
        build_edition(source, shown)
    edition = read_edition(shown)
    country = edition.areas(Level.COUNTRY)[0].code
    made.summary["figures"] = {
        figure: value.value for figure, value in edition.of_area(Level.COUNTRY, country).items() if not value.suppressed
    }


_STEPS: tuple[tuple[str, Callable[[Demo, Report], None]], ...] = (
    ("Building the synthetic population", _build),
    ("Starting the database", _open),
    ("Loading the register", _load),
    ("Planning the round", _plan),
    ("Applying the round", _apply),
    ("Exporting the register", _export),
    ("Paying the month", _pay),
    ("Computing the figures", _count),
)


@contextmanager
def _timed(made: Demo, title: str) -> Iterator[Report]:
    started = perf_counter()
    with progress_bar() as report:
        report(title, 0.0)
        yield lambda what, share: report(f"{title}: {what}", share)
    made.seconds[title] = round(perf_counter() - started, 2)
    progress.print(f"{title}: done in {made.seconds[title]:.1f} s")


def _show(made: Demo, *, json: bool) -> None:
    if json:
        print_json({**made.summary, "seconds": made.seconds, "folder": str(made.folder)})
        return
    said, moves = made.summary, made.summary["round"]["moves"]
    paid = to_kroner(said["payments"]["amount_ore"])
    words.print(
        f"{_number(said['persons'])} synthetic people on {_number(said['lists'])} lists, as of {said['as_of']}."
    )
    words.print(f"Round of {said['round']['on']}: {_number(sum(moves.values()))} people got a place.")
    words.print(f"Payments of {said['payments']['month']}: {_number(int(paid))} kroner, each with its trace.")
    words.print(f"Files: {made.folder}")


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\u202f")
