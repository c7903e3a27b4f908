"""Prepare what the public site shows: load the register, count the figures.

Run as a program of its own, with the database in FASTLEGE_DATABASE_URL: `python site_register.py FOLDER`. One process
does all of it, and loads its libraries once.
"""

from __future__ import annotations

import sys
from pathlib import Path

from residents_register import run
from site_scheme import site_scheme

from fastlege.database.address import home
from fastlege.kernel.light_arrow import leave_pandas_alone


def prepare(folder: Path) -> None:
    """A register, and an edition of its figures where the site looks for one."""
    snapshot = str(site_scheme(folder / "snapshot").folder)
    run("register", "load", snapshot)
    run("figures", "edition", "--snapshot", snapshot, "--out", str(home() / "edition"))


if __name__ == "__main__":
    leave_pandas_alone()
    prepare(Path(sys.argv[1]))
