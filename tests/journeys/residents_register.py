"""Prepare the register that the journeys of Min side go through: load, hold November's round, make offers, pay June.

Run as a program of its own, with the database in FASTLEGE_DATABASE_URL: `python residents_register.py FOLDER`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from resident_scheme import ON, ROUND, SEED, resident_scheme
from typer.testing import CliRunner

from fastlege.cli.main import app
from fastlege.kernel.light_arrow import leave_pandas_alone


def prepare(folder: Path) -> None:
    """Everything a month has behind it when residents come to look."""
    snapshot, plan = str(resident_scheme(folder / "snapshot").folder), str(folder / "november.plan")
    run("register", "load", snapshot)
    run("round", "plan", "--snapshot", snapshot, "--on", ROUND.isoformat(), "--seed", str(SEED), "--out", plan)
    run("round", "sign", plan, "--by", "anna")
    run("round", "apply", plan, "--by", "anna")
    make_offers()
    pay()


def pay() -> None:
    """June paid, with statements for the GP of list 1 and for Kristiansand, and early notices to the GP."""
    from notices_scene import give
    from statement_scene import pay_bills, pay_june

    from fastlege.registry.models import Doctor

    pay_june()
    pay_bills()
    give(doctors=dict(Doctor.objects.values_list("pk", "hpr")))


def run(*words: str) -> None:
    result = CliRunner().invoke(app, words)
    if result.exit_code != 0:
        raise SystemExit(f"{' '.join(words)}: {result.output} {result.exception!r}")


def make_offers() -> None:
    from fastlege.access.viewers import Role, Viewer
    from fastlege.registry.actions import renew_offers

    renew_offers(on=ON, by=Viewer("anna", Role.CASE_WORKER, purpose="offers of October"))


if __name__ == "__main__":
    leave_pandas_alone()
    prepare(Path(sys.argv[1]))
