"""`fastlege residents`: offers, applications for one more switch, and who chooses for whom."""

from __future__ import annotations

from typing import Annotated

import typer

from fastlege.cli.output import Json, parse_day, print_json, words
from fastlege.cli.residents import acting

app = typer.Typer(
    name="residents",
    help="What residents ask for, who chooses for whom, protection.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

for _group in (acting.custody, acting.guardian, acting.care_order):
    app.add_typer(_group)
for _command in (acting.protect, acting.unprotect):
    app.command()(_command)

On = Annotated[str, typer.Option("--on", help="The day it is done on.", metavar="YYYY-MM-DD")]
By = Annotated[str, typer.Option("--by", help="Who does it.")]


@app.command()
def offers(on: On, by: By, as_json: Json = False) -> None:
    """Ask those who want to be asked, where there is room.

    And close the offers that nobody answered in time.
    """
    day = parse_day(on)
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.access.viewers import Role, Viewer
    from fastlege.registry.actions import renew_offers

    expired, made = renew_offers(on=day, by=Viewer(by, Role.CASE_WORKER, purpose="offers to residents"))
    if as_json:
        print_json({"on": day.isoformat(), "made": made, "expired": expired})
    else:
        words.print(f"{made} places offered; {expired} offers were not answered in time.")


@app.command()
def applications(by: By, as_json: Json = False) -> None:
    """The applications that wait for an answer, the oldest first.

    What they say is for the case worker who asks.
    """
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.access.viewers import Role, Viewer
    from fastlege.casework.applications.queries import waiting_applications

    waiting = waiting_applications(Viewer(by, Role.CASE_WORKER, purpose="applications for a switch"))
    if as_json:
        print_json(
            [
                {"application": one.pk, "person": one.person_id, "on": one.on.isoformat(), "reasons": one.reasons}
                for one in waiting
            ]
        )
        return
    for one in waiting:
        words.print(f"{one.pk}  {one.on}  person {one.person_id}: {one.reasons}")
    words.print(f"{len(waiting)} applications wait.")


@app.command()
def decide(
    application: Annotated[int, typer.Argument(help="Its number.", metavar="APPLICATION")],
    grant: Annotated[bool, typer.Option("--grant/--refuse", help="The answer.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the resident reads it.")],
    on: On,
    by: By,
) -> None:
    """Answer an application, once, with a reason. Granted, it lets the person switch once more."""
    day = parse_day(on)
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.access.viewers import Role, Viewer
    from fastlege.casework.applications.actions import decide_application

    viewer = Viewer(by, Role.CASE_WORKER, purpose=f"application {application}")
    state = decide_application(application, grant=grant, reason=reason, on=day, by=viewer)
    words.print(f"Application {application} is {state}.")
