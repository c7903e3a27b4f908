"""The `fastlege` command: one group of commands a module."""

from __future__ import annotations

import sys

import typer

from fastlege.cli import demo, figures, installation, pay, population, register, rules, serve
from fastlege.cli import round as rounds
from fastlege.cli.cases import steps as cases
from fastlege.cli.messages import notices
from fastlege.cli.money import claims
from fastlege.cli.output import report_failure
from fastlege.cli.places import closure, draw, match
from fastlege.cli.reports import profiles, report
from fastlege.cli.residents import requests
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

app.add_typer(cases.app)
app.add_typer(claims.app)
app.add_typer(closure.app)
app.add_typer(draw.app)
app.add_typer(installation.app)
app.add_typer(figures.app)
app.add_typer(match.app)
app.add_typer(notices.app)
app.add_typer(pay.app)
app.add_typer(population.app)
app.add_typer(profiles.app)
app.add_typer(register.app)
app.add_typer(report.app)
app.add_typer(requests.app)
app.add_typer(rounds.app)
app.add_typer(rules.app)
app.add_typer(simulate.app)
app.add_typer(survey.app)
app.command()(demo.demo)
app.command()(installation.doctor)
app.command()(serve.serve)


def main() -> None:
    """Run the command line: exit code 0, 1 when refused or failed, 2 on misuse."""
    leave_pandas_alone()
    with report_failure():
        app()
    sys.exit(0)
