"""`fastlege survey`: ask municipalities how recruiting GPs goes, follow the answers, publish them."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastlege.cli.output import Json, parse_day, print_json, words
from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file

if TYPE_CHECKING:
    from fastlege.access.viewers import Viewer

app = typer.Typer(
    name="survey",
    help="Municipalities are asked how recruiting GPs goes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Key = Annotated[str, typer.Argument(metavar="SURVEY", help="Name of the survey, such as 2026.")]
On = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day it is done on; today if left out.")]
_ANSWERS = ("municipality", "name", "level", "vacant_posts", "without_applicants", "comment", "sent_at")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = ("municipality", "email", "language")


@app.command("open")
def open_survey(
    key: Key,
    answer_by: Annotated[str, typer.Option("--answer-by", metavar="YYYY-MM-DD", help="The last day to answer.")],
    previous: Annotated[str, typer.Option("--previous", help="The survey to compare with.")] = "2018",
    on: On = None,
) -> None:
    """Open a survey. Nobody is asked yet."""
    day, last = _day(on), parse_day(answer_by)
    by = _ready()
    from fastlege.surveys import actions

    actions.open_survey(key, on=day, answer_by=last, previous=previous, by=by)
    words.print(f"Opened the survey {key}. Invite with `fastlege survey invite {key}`.")


@app.command()
def addresses(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=f"CSV with the columns {', '.join(_COLUMNS)}.")],
    on: On = None,
) -> None:
    """Say where municipalities get their letters. All rows are taken, or none."""
    day = _day(on)
    rows = _read(file)
    _ready()
    from fastlege.surveys import actions

    words.print(f"{actions.set_addresses(rows, on=day, where=str(file))} addresses are set.")


@app.command()
def invite(key: Key, on: On = None) -> None:
    """Write to all municipalities not asked yet.

    Those that have an address. `deliver` sends the letters.
    """
    day = _day(on)
    by = _ready()
    from fastlege.rules.geography.borders import municipalities_by_code
    from fastlege.surveys import actions, queries

    with _taking_answers(key):
        count = actions.invite(key, on=day, by=by)
    words.print(f"{count} letters wait to be sent: `fastlege survey deliver`.")
    if lacking := queries.without_address(set(municipalities_by_code(day))):
        words.print(f"{len(lacking)} municipalities have no address and are not asked: {', '.join(lacking[:10])} ...")


@app.command()
def remind(key: Key, on: On = None) -> None:
    """Write again to those who have not answered. `deliver` sends the letters."""
    day = _day(on)
    by = _ready()
    from fastlege.surveys import actions

    with _taking_answers(key):
        count = actions.remind(key, on=day, by=by)
    words.print(f"{count} reminders wait to be sent: `fastlege survey deliver`.")


@app.command()
def deliver(
    signed: Annotated[str, typer.Option(metavar="NAME", help="Who asks, at the end of each letter.")] = "Fastlege",
    as_json: Json = False,
) -> None:
    """Send the letters that are due. With FASTLEGE_CONTACT set, they say where to ask back."""
    from fastlege.messages.mail.address import mail_server

    server = mail_server(os.environ)
    _ready()
    from django.utils.timezone import localdate

    from fastlege.messages.mail.worker import Retries
    from fastlege.rules.parameters import load_rulebook
    from fastlege.surveys.letters import Signature, sending

    signature = Signature(signed, os.environ.get("FASTLEGE_CONTACT", ""))
    with sending(server, Retries.of(load_rulebook(), on=localdate()), signature) as send:
        counts = send()
    if as_json:
        print_json(counts)
        return
    for state, count in counts.items():
        words.print(f"{count} {_LETTERS[state]}")
    if not counts:
        words.print("No letters are due.")


@app.command()
def status(key: Key, as_json: Json = False) -> None:
    """Who has been asked and who has answered."""
    by = _ready()
    from fastlege.surveys import queries

    standings = queries.standings(key, by)
    if as_json:
        print_json([asdict(each) for each in standings])
        return
    answered = sum(each.answered_at is not None for each in standings)
    words.print(f"{answered} of {len(standings)} municipalities have answered.")
    for state, count in queries.letters_by_state(key).items():
        words.print(f"{count} letters {_LETTERS[state]}")
    names = _names(key)
    for each in (each for each in standings if each.answered_at is None):
        draft = ", has a draft" if each.has_draft else ""
        told = "1 letter" if each.letters == 1 else f"{each.letters} letters"
        words.print(f"  {each.municipality} {names[each.municipality]}: no answer after {told}{draft}")


@app.command()
def answers(
    key: Key,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write them as CSV.")] = None,
    as_json: Json = False,
) -> None:
    """What was sent in, with numbers and comments.

    For those who run the survey; never published whole.
    """
    by = _ready()
    from fastlege.surveys import queries
    from fastlege.surveys.levels import Level

    found = [asdict(each) for each in queries.answers_in(key, by)]
    if out is not None:
        _write(out, found, _names(key))
        words.print(f"{len(found)} answers are in {out}.")
        return
    if as_json:
        print_json(found)
        return
    names = _names(key)
    counts = Counter(each["level"] for each in found)
    words.print(", ".join(f"{counts[level]} {level}" for level in Level) + ".")
    for each in found:
        posts = "" if each["vacant_posts"] is None else f", {each['vacant_posts']} vacant"
        if each["without_applicants"] is not None:
            posts += f", {each['without_applicants']} without applicants"
        comment = f": {each['comment']}" if each["comment"] else ""
        words.print(f"  {each['municipality']} {names[each['municipality']]}: {each['level']}{posts}{comment}")


@app.command()
def close(key: Key) -> None:
    """Take no more answers."""
    by = _ready()
    from fastlege.surveys import actions

    actions.close(key, by=by)
    words.print(f"The survey {key} is closed. Publish it with `fastlege survey publish {key}`.")


@app.command()
def publish(key: Key, note: Annotated[str, typer.Option("--note", help="What a correction corrects.")] = "") -> None:
    """Publish the levels of a closed survey.

    A correction is a new version, with a note.
    """
    by = _ready()
    from fastlege.surveys import actions

    published = actions.publish(key, note=note, by=by)
    words.print(f"Published version {published.version} of {key}: {len(published.rows)} municipalities.")


@app.command()
def compare(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="The earlier survey, such as 2017.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="The later survey, such as 2018.")],
    as_json: Json = False,
) -> None:
    """How municipalities moved from one survey to another."""
    _ready()
    from fastlege.surveys import levels, queries

    found = {}
    for key in (before, after):
        if (survey := queries.published_survey(key)) is None:
            known = ", ".join(each.key for each in queries.published_surveys())
            raise DataError(f"there is no published survey {key!r}.", remedy=f"Published are {known}.")
        found[key] = survey
    compared = levels.compare(found[before].said, found[after].said)
    if as_json:
        print_json([row._asdict() for row in compared.rows])
        return
    for change in levels.Change:
        words.print(f"{compared.count(change)} {_CHANGES[change.value]}")
    for row in compared.rows:
        words.print(f"  {row.municipality}: {row.before or '-'} to {row.after or '-'} ({row.change})")


_LETTERS = {
    "waiting": "wait for their time",
    "handing_over": "are being handed over",
    "sent": "sent",
    "refused": "refused by the mail server for good",
    "unknown": "may have been sent: the sender stopped while it handed them over",
}
_CHANGES = {"better": "better", "same": "as before", "worse": "worse", "unknown": "cannot be compared"}


def _names(key: str) -> dict[str, str]:
    from fastlege.rules.geography.borders import municipalities_by_code
    from fastlege.surveys import queries

    on = queries.survey_with_key(key).opened_on
    return {code: each.name for code, each in municipalities_by_code(on).items()}


def _write(out: Path, found: list[dict[str, Any]], names: dict[str, str]) -> None:
    with whole_file(out) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_ANSWERS)
        for each in found:
            row = {**each, "name": names[each["municipality"]], "sent_at": each["sent_at"].isoformat()}
            if row["comment"].startswith(_FORMULAS):
                # A spreadsheet would run it; with an apostrophe in front it is text.
                row["comment"] = f"'{row['comment']}"
            writer.writerow([row[column] for column in _ANSWERS])


def _day(text: str | None) -> date:
    if text is not None:
        return parse_day(text)
    return date.today()  # noqa: DTZ011 (the day where the command is given)


def _ready() -> Viewer:
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.access.viewers import Role, Viewer

    return Viewer(getuser(), Role.CASE_WORKER, purpose="survey of municipalities")


def _read(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            "cannot be read as text.", where=str(file), remedy=f"Give a CSV file with {', '.join(_COLUMNS)}."
        ) from error
    if not rows or not {"municipality", "email"} <= rows[0].keys():
        raise DataError(
            "lacks rows, or the columns municipality and email.",
            where=str(file),
            remedy=f"The first line names the columns: {','.join(_COLUMNS)}.",
        )
    return rows


@contextmanager
def _taking_answers(key: str) -> Iterator[None]:
    from fastlege.surveys.actions import SurveyClosedError

    try:
        yield
    except SurveyClosedError as error:
        raise DataError(f"the survey {key} takes no more answers.", remedy="Open another one.") from error
