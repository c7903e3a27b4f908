"""The `fastlege` command: one group of commands a module."""

from __future__ import annotations

import sys

import typer

from fastlege.cli import demo, figures, installation, pay, population, register, rules, serve
from fastlege.cli import round as rounds
from fastlege.cli.cases import steps as cases
from fastlege.cli.messages import notices as messages
from fastlege.cli.money import claims
from fastlege.cli.output import report_failure
from fastlege.cli.places import closure, draw, match
from fastlege.cli.reports import profiles, report
from fastlege.cli.residents import requests as residents
from fastlege.cli.surveys import survey
from fastlege.cli.trying import simulate
from fastlege.kernel.light_arrow import leave_pandas_alone

app = typer.Typer(
    name="fastlege",
    help="Run a list-based general-practice scheme: register, rounds, capitation, figures, web site.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

# In the order of the help: what a newcomer wants, then the way from people to figures, then what it rests on.
app.command()(demo.demo)
app.command()(serve.serve)
app.command()(installation.doctor)
for group in (
    population.app,
    register.app,
    rounds.app,
    cases.app,
    residents.app,
    messages.app,
    claims.app,
    pay.app,
    figures.app,
    report.app,
    profiles.app,
    survey.app,
    simulate.app,
    match.app,
    draw.app,
    closure.app,
    rules.app,
    installation.app,
):
    app.add_typer(group)


def main() -> None:
    """Run the command line: exit code 0, 1 when refused or failed, 2 on misuse."""
    leave_pandas_alone()
    with report_failure():
        app()
    sys.exit(0)
