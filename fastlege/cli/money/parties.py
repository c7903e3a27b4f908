"""`fastlege pay accounts` and `fastlege pay readers`: where money goes, and who reads what a municipality paid."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastlege.cli.money.payment_runs import open_register
from fastlege.cli.output import Json, parse_day, print_json, who, words
from fastlege.kernel.errors import DataError

if TYPE_CHECKING:
    from fastlege.settlement.actions.accounts import Told

accounts = typer.Typer(name="accounts", help="Accounts of those who pay and are paid.", no_args_is_help=True)
readers = typer.Typer(name="readers", help="Who reads the statements of a municipality.", no_args_is_help=True)

_COLUMNS = ["party", "id", "account"]
_Since = Annotated[
    date, typer.Option(parser=parse_day, metavar="DAY", help="The day from which they hold.", show_default=False)
]
_By = Annotated[str | None, typer.Option(help="Who does it.", show_default="your login name")]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The employee, as they log in.", show_default=False)]
_Town = Annotated[str, typer.Option(metavar="CODE", help="The municipality.", show_default=False)]


@accounts.command()
def load(
    file: Annotated[Path, typer.Argument(help="CSV with the columns party, id and account.", show_default=False)],
    since: _Since,
    by: _By = None,
    as_json: Json = False,
) -> None:
    """Record the accounts of a file, all or none. Parties are doctor, office, municipality and state (0)."""
    open_register()
    from fastlege.settlement.actions import record_accounts

    _say(record_accounts(_read(file), since=since, by=who(by)), as_json=as_json)


@accounts.command("make-up")
def make_up(since: _Since, by: _By = None, as_json: Json = False) -> None:
    """Give everybody who lacks an account a made-up one.

    For synthetic registers; refused in production.
    """
    open_register()
    from fastlege.settlement.actions import make_synthetic_accounts

    _say(make_synthetic_accounts(since=since, by=who(by)), as_json=as_json)


@readers.command()
def add(name: _Name, municipality: _Town, by: _By = None, as_json: Json = False) -> None:
    """Let an employee read a municipality's statements."""
    open_register()
    from fastlege.settlement.actions import let_read

    is_new = let_read(name, municipality, by=who(by))
    if as_json:
        print_json({"municipality": municipality, "is_new": is_new})
        return
    words.print(f"{'Done' if is_new else 'It was so already'}: {name} reads the statements of {municipality}.")


@readers.command()
def end(name: _Name, municipality: _Town, by: _By = None) -> None:
    """Let an employee read a municipality's statements no longer."""
    open_register()
    from fastlege.settlement.actions import end_reading

    end_reading(name, municipality, by=who(by))
    words.print(f"Done: {name} no longer reads the statements of {municipality}.")


def _read(file: Path) -> list[Told]:
    from fastlege.settlement.accounts import parse_account
    from fastlege.settlement.actions.accounts import Told
    from fastlege.settlement.models.bank import Party

    try:
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror}).", where=str(file), remedy="Check the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError("cannot be read as CSV.", where=str(file), remedy="Give a file in UTF-8.") from error
    if reader.fieldnames != _COLUMNS:
        raise DataError(
            f"must have the columns {', '.join(_COLUMNS)}.", where=str(file), remedy="Correct its first line."
        )
    found = []
    for number, row in enumerate(rows, 2):
        where = f"{file}, line {number}"
        try:
            party, party_id = Party(row["party"]), int(row["id"])
        except (ValueError, TypeError) as error:
            known = ", ".join(party.value for party in Party)
            raise DataError(f"party must be one of {known}, and id a whole number.", where=where) from error
        try:
            found.append(Told(party, party_id, parse_account(row["account"] or "")))
        except DataError as error:
            raise DataError(error.what, where=where, remedy="Nothing was recorded.") from error
    return found


def _say(number: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"recorded": number})
        return
    words.print(f"{number} accounts recorded." if number else "Nothing new: these accounts stood there already.")
