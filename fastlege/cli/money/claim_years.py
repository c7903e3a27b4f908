"""`fastlege claims` for whole years of bills: control, early notices, and caps tried."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from fastlege.cli.money.words import as_kroner, today
from fastlege.cli.output import Json, parse_day, print_json, progress_bar, who, words
from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_file
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.texts import LANGUAGES

if TYPE_CHECKING:
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.rules.warnings.notices import Notice

_Claims = Annotated[Path, typer.Option(help="Folder with a year of claims and the registers.", show_default=False)]
_Breaches = Annotated[Path, typer.Option(help="File of the breaches (Parquet).", show_default=False)]
_Volumes = Annotated[Path, typer.Option(help="File of the counts (Parquet).", show_default=False)]
_RulesOf = Annotated[
    str, typer.Option(help="Check all bills by the rules of this day, such as 2026-07-01.", show_default=False)
]
_Notices = Annotated[Path | None, typer.Option(help="File of the notices, one JSON object a line.", show_default=False)]
_Doctor = Annotated[int | None, typer.Option(help="Only the notices to this doctor_id.", show_default=False)]
_Language = Annotated[str, typer.Option(help=f"Language of the words: {', '.join(LANGUAGES)}.")]
_On = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The day of the notices.", show_default="today")]
_By = Annotated[str | None, typer.Option(help="Who does it.", show_default="your login name")]
_Scenario = Annotated[str, typer.Option(help="Rows that take the place of rules.")]
_Fees = Annotated[int | None, typer.Option(min=1, help="Another number of fees than the scenario's.")]
_Residents = Annotated[int | None, typer.Option(min=1, help="Another number of residents than the scenario's.")]


def control_year(claims: _Claims, out: _Breaches, rules_of: _RulesOf = "", json: Json = False) -> None:
    """Check a year of bills by all rules of their days.

    Goes through it in order of time, and writes every breach to a file.
    """
    from fastlege.rules.claims.columns.year import control_year as check

    day = parse_day(rules_of) if rules_of else None
    with progress_bar() as report:
        tally = check(_opened(claims), out, rules_of=day, report=report)
    not_checked: Counter[str] = Counter()
    for (_, _, lacking), count in tally.not_checked.items():
        not_checked[lacking] += count
    told = {
        "bills": tally.bills,
        "approved": tally.approved,
        "refused": tally.bills - tally.approved,
        "reimbursed_ore": tally.reimbursed,
        "breaches": dict(tally.by_kind.most_common()),
        "not_checked_for_want_of": dict(not_checked.most_common()),
    }
    if json:
        print_json({**told, "out": str(out)})
        return
    refused = tally.bills - tally.approved
    words.print(f"{tally.bills} bills, {tally.approved} approved, {refused} refused. Written: {out}")
    words.print(f"The state owes {as_kroner(tally.reimbursed)} kroner for those approved.")
    for kind, count in tally.by_kind.most_common():
        words.print(f"{count:>12} {kind.replace('_', ' ')}")
    for fact, count in not_checked.most_common():
        words.print(f"{count:>12} lines not checked: {fact.replace('_', ' ')} is not known")


def volumes(claims: _Claims, out: _Volumes, json: Json = False) -> None:
    """Count a year's contacts straight from the claims.

    By month, county, age, sex and type.
    """
    from fastlege.kernel.table_writer import TableWriter
    from fastlege.rules.contacts.counting import count_contacts

    with progress_bar() as report:
        found = count_contacts(_opened(claims), report=report)
    table = found.table()
    with whole_file(out) as part:
        writer = TableWriter(part, table.schema)
        writer.write_table(table)
        writer.close()
    by_type = dict(zip(found.types, found.counts.sum(axis=(0, 1, 2, 3)).tolist(), strict=True))
    if json:
        print_json({"year": found.year, "contacts": sum(by_type.values()), "by_type": by_type, "out": str(out)})
        return
    for name, count in by_type.items():
        words.print(f"{count:>12} {name.replace('_', ' ')}")
    words.print(f"Contacts of {found.year}. Written: {out}")


def notices(
    claims: _Claims,
    out: _Notices = None,
    rules_of: _RulesOf = "",
    doctor: _Doctor = None,
    language: _Language = "en",
    json: Json = False,
) -> None:
    """Patterns that a doctor may want to look at.

    Beside peers and own past, impossible days, coming refusals.
    """
    if language not in LANGUAGES:
        raise typer.BadParameter(f"{language} is not one of {', '.join(LANGUAGES)}", param_hint="--language")
    from fastlege.rules.warnings.year import notices_of_year

    snapshot = _opened(claims)
    if doctor is not None and doctor not in snapshot.table("doctors", ["doctor_id"])["doctor_id"].to_pylist():
        raise DataError(f"there is no doctor {doctor} in these claims.", where=str(claims), remedy="Check the id.")
    with progress_bar() as report:
        found = notices_of_year(
            snapshot, load_rulebook(), rules_of=parse_day(rules_of) if rules_of else None, report=report
        )
    if doctor is not None:
        found = [one for one in found if one.doctor_id == doctor]
    if out is not None:
        with whole_file(out) as part:
            part.write_bytes(b"".join(orjson.dumps(_as_json(one)) + b"\n" for one in found))
    if json:
        print_json([_as_json(one) for one in found])
        return
    _print_notices(found, language)


def record_notices(
    claims: _Claims,
    rules_of: _RulesOf = "",
    on: _On = "",
    by: _By = None,
    json: Json = False,
) -> None:
    """Give the notices of a year of claims to its doctors.

    They see them on their page. The same again changes nothing.

    Doctors without a notice see that nothing stands out. Only the newest round is shown.
    """
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.claims.actions import Period, give_notices
    from fastlege.rules.claims.columns.year import period_of
    from fastlege.rules.warnings.year import notices_of_year

    snapshot, coming = _opened(claims), parse_day(rules_of) if rules_of else None
    day = parse_day(on) if on else today()
    with progress_bar() as report:
        found = notices_of_year(snapshot, load_rulebook(), rules_of=coming, report=report)
    doctors = snapshot.table("doctors", ["doctor_id", "hpr"])
    numbers = dict(zip(doctors["doctor_id"].to_pylist(), doctors["hpr"].to_pylist(), strict=True))
    is_new = give_notices(found, Period(*period_of(snapshot), coming), doctors=numbers, on=day, by=who(by))
    told = {"notices": len(found), "doctors": len({one.doctor_id for one in found}), "new": is_new}
    if json:
        print_json(told)
    elif is_new:
        words.print(f"{told['notices']} notices given to {told['doctors']} doctors.")
    else:
        words.print("Nothing done: these notices have been given already.")


def caps(
    claims: _Claims,
    scenario: _Scenario = "hearing-2023",
    fees_per_patient_day: _Fees = None,
    residents_per_company: _Residents = None,
    json: Json = False,
) -> None:
    """Try the caps of the 2023 hearing on a year of claims."""
    from dataclasses import asdict

    from fastlege.rules.claims.columns.caps import book_with, cap_companies, cap_fees
    from fastlege.rules.claims.columns.year import period_of

    snapshot = _opened(claims)
    book = book_with(scenario, fees=fees_per_patient_day, residents=residents_per_company)
    on: date = period_of(snapshot)[1]
    with progress_bar() as report:
        fees = cap_fees(snapshot, book, on=on, report=report)
    companies = cap_companies(snapshot, book, on=on)
    if json:
        print_json({"consultation_fees": asdict(fees), "companies": asdict(companies)})
        return
    words.print(f"At most {fees.most} consultation fees for a patient on a day:")
    words.print(
        f"  {fees.over} of {fees.fees} fees fall away, on {fees.patient_days} days of {fees.patients} patients."
    )
    words.print(f"  {fees.doctors} doctors lose {as_kroner(fees.amount)} kroner, the state pays", end=" ")
    words.print(f"{as_kroner(fees.reimbursed)} kroner less.")
    words.print(f"At most {companies.most} residents on the lists of a company (each office taken for one):")
    words.print(
        f"  {companies.over} of {companies.companies} have more, {companies.residents_over} residents too many."
    )


def _opened(folder: Path) -> Snapshot:
    from fastlege.kernel.snapshot import Snapshot

    return Snapshot(folder)


def _as_json(notice: Notice) -> dict[str, Any]:
    from fastlege.rules.warnings.wording import in_words

    facts = {name: fact if isinstance(fact, int | str) else str(fact) for name, fact in notice.facts.items()}
    told = {language: in_words(notice, language) for language in LANGUAGES}
    return {"doctor_id": notice.doctor_id, "kind": notice.kind, "facts": facts, "words": told}


def _print_notices(found: list[Notice], language: str) -> None:
    from fastlege.rules.warnings.wording import in_words

    most = 20
    for one in found[:most]:
        words.print(f"Doctor {one.doctor_id}: {in_words(one, language)}", markup=False)
    if len(found) > most:
        words.print(f"... and {len(found) - most} more; --out writes them all to a file.")
    counts = Counter(one.kind for one in found)
    told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(counts.items()))
    words.print(f"{len(found)} notices to {len({one.doctor_id for one in found})} doctors{': ' if told else ''}{told}.")
