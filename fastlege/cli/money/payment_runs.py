"""`fastlege pay` in the register: prepare a run, take it through its steps, correct it, and tell the bank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastlege.cli.money.words import as_kroner, parse_month
from fastlege.cli.output import Json, parse_day, print_json, progress, who, words
from fastlege.kernel.files import whole_file
from fastlege.kernel.periods import next_month

if TYPE_CHECKING:
    from fastlege.settlement.actions import Prepared
    from fastlege.settlement.actions.steps import Taken
    from fastlege.settlement.models import PaymentOrder, PaymentRun, PaymentTransfer

_Run = Annotated[int, typer.Argument(metavar="RUN", help="The run's number; see `fastlege pay runs`.")]
_File = Annotated[Path, typer.Argument(metavar="FILE", help="A payment run, made by `fastlege pay run`.")]
_By = Annotated[str | None, typer.Option(help="Who does it.", show_default="your login name")]
_Note = Annotated[str, typer.Option(help="What there is to say about it.", show_default=False)]
_Why = Annotated[str, typer.Option("--note", help="Why.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add these commands to `fastlege pay`."""
    for command in (prepare, prepare_claims, review, approve, withdraw, order, paid, recalculate, runs, outstanding):
        app.command(command.__name__.replace("_", "-"))(command)


def prepare(file: _File, by: _By = None, as_json: Json = False) -> None:
    """Record a run's payments in the register for review.

    All or nothing, and once: the same file changes nothing.
    """
    from fastlege.rules.capitation.payment_file import read_payments

    payments = read_payments(file)
    with progress.status("Recording payments"):
        open_register()
        from fastlege.settlement.actions import prepare_run

        done = prepare_run(payments, by=who(by))
    _show_prepared(done, as_json=as_json)


def prepare_claims(
    until: Annotated[
        date, typer.Option(parser=parse_day, metavar="DAY", help="Bills decided by then.", show_default=False)
    ],
    by: _By = None,
    as_json: Json = False,
) -> None:
    """Take all bills due up to a day into a run for review.

    Another time takes what came since.
    """
    open_register()
    from fastlege.rules.parameters import load_rulebook
    from fastlege.settlement import actions

    with progress.status("Summing bills"):
        done = actions.prepare_claims(until=until, by=who(by), book=load_rulebook())
    _show_prepared(done, as_json=as_json)


def review(run: _Run, by: _By = None, note: _Note = "", as_json: Json = False) -> None:
    """Say that you have gone through a run."""
    open_register()
    from fastlege.settlement import actions

    _show_step(actions.review(run, by=who(by), note=note), as_json=as_json)


def approve(run: _Run, by: _By = None, note: _Note = "", as_json: Json = False) -> None:
    """Approve a run that others have prepared and reviewed."""
    open_register()
    from fastlege.settlement import actions

    _show_step(actions.approve(run, by=who(by), note=note), as_json=as_json)


def withdraw(run: _Run, note: _Why, by: _By = None, as_json: Json = False) -> None:
    """Give up a run that has not been approved. The month can then be prepared anew."""
    open_register()
    from fastlege.settlement import actions

    _show_step(actions.withdraw(run, by=who(by), note=note), as_json=as_json)


def paid(run: _Run, by: _By = None, note: _Note = "", as_json: Json = False) -> None:
    """Say that the bank has carried out the order of a run."""
    open_register()
    from fastlege.settlement import actions

    _show_step(actions.mark_paid(run, by=who(by), note=note), as_json=as_json)


def order(
    run: _Run,
    out: Annotated[Path, typer.Option(help="File to write: ISO 20022, pain.001.001.09.", show_default=False)],
    on: Annotated[date, typer.Option(parser=parse_day, metavar="DAY", help="Day of payment.", show_default=False)],
    by: _By = None,
    as_json: Json = False,
) -> None:
    """Make the order to the bank for an approved run, once.

    Again it writes the same file.
    """
    open_register()
    from fastlege.settlement.actions import make_order
    from fastlege.settlement.queries.bank import transfers_of

    with progress.status("Making the order"):
        done = make_order(run, on=on, by=who(by))
        transfers = transfers_of(done.order)
        if done.order.amount_ore:
            _write_message(out, done.order, transfers)
    made = done.order
    carried = sum(each.carried_ore for each in transfers)
    answer = {
        "run": run,
        "message_id": made.message_id,
        "transfers": sum(each.amount_ore > 0 for each in transfers),
        "amount_ore": made.amount_ore,
        "execution_day": made.execution_day.isoformat(),
        "carried_ore": carried,
        "out": str(out) if made.amount_ore else None,
        "is_new": done.is_new,
    }
    if as_json:
        print_json(answer)
        return
    again = "" if done.is_new else " It had been made before; the file is the same."
    words.print(
        f"Order {made.message_id}: {answer['transfers']} transfers, {as_kroner(made.amount_ore)} kroner "
        f"on {made.execution_day}.{again}"
    )
    if carried:
        words.print(f"Left over, to be set off against later payments: {as_kroner(carried)} kroner")
    if made.amount_ore:
        words.print(f"Written to {out}, and valid by its schema.")
    else:
        words.print("There is nothing to transfer, so no file was written. Record the run as paid.")


def _write_message(out: Path, order: PaymentOrder, transfers: Sequence[PaymentTransfer]) -> None:
    from fastlege.settlement.bank.pain import credit_transfers
    from fastlege.settlement.bank.schema import check_message

    message = credit_transfers(order, transfers)
    check_message(message)
    with whole_file(out) as part:
        # Names and accounts are for the bank and nobody else.
        part.touch(mode=0o600)
        part.write_bytes(message)


def recalculate(
    month: Annotated[date, typer.Option(parser=parse_month, metavar="YYYY-MM", help="The month.", show_default=False)],
    to: Annotated[
        date | None, typer.Option(parser=parse_month, metavar="YYYY-MM", help="The last of several months.")
    ] = None,
    by: _By = None,
    as_json: Json = False,
) -> None:
    """Count approved months again, and prepare what differs. None is begun unless all of them can be."""
    if to is not None and to < month:
        raise typer.BadParameter("the last month lies before the first", param_hint="--to")
    open_register()
    from fastlege.rules.parameters import load_rulebook
    from fastlege.settlement import actions

    months = [month]
    while months[-1] < (to or month):
        months.append(next_month(months[-1]))
    actions.check_recalculable(months)
    found: list[dict[str, Any]] = []
    book = load_rulebook()
    for each in months:
        with progress.status(f"Recalculating {each:%Y-%m}"):
            done = actions.recalculate(each, by=who(by), book=book)
        found.append({"month": f"{each:%Y-%m}", **(_facts(done.run) if done else {"run": None})})
        if not as_json:
            _print_correction(each, done)
    if as_json:
        print_json(found)


def runs(as_json: Json = False) -> None:
    """List the runs in the register, and how far each has come."""
    open_register()
    from fastlege.settlement.queries import payment_runs, steps_of

    rows = [
        {
            **_facts(run),
            "prepared_by": run.recorded_by,
            **{f"{step}_by": each.by for step, each in steps_of(run).items()},
        }
        for run in payment_runs()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        what = row["stream"] if not row["sequence"] else f"{row['stream']}, no. {row['sequence'] + 1}"
        words.print(
            f"{row['run']:>5}  {row['month']}  {what:<18} {row['state']:<10} {as_kroner(row['amount_ore']):>18}"
        )
    if not rows:
        words.print("No payment runs. Make one with `fastlege pay run`, and record it with `fastlege pay prepare`.")


def outstanding(as_json: Json = False) -> None:
    """List who has had too much that is not yet covered.

    Later payments cover it.
    """
    open_register()
    from fastlege.settlement.queries.bank import outstanding as still_owed

    rows: list[dict[str, Any]] = [
        {"payer": f"{row.payer} {row.payer_id}", "payee": f"{row.payee} {row.payee_id}", "ore": row.carried_ore}
        for row in still_owed()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        words.print(f"{row['payer']:<20} {row['payee']:<16} {as_kroner(row['ore']):>14}")
    if not rows:
        words.print("Nothing is outstanding.")


def open_register() -> None:
    """Have the database ready. Django is slow to import, so only the commands that need it do."""
    from fastlege.database.ready import open_database

    open_database()


def _facts(run: PaymentRun) -> dict[str, Any]:
    from fastlege.settlement.queries import state_of

    return {
        "run": run.pk,
        "stream": run.stream,
        "month": run.month.strftime("%Y-%m"),
        "sequence": run.sequence,
        "state": state_of(run).value,
        "amount_ore": run.amount_ore,
        "digest": run.digest,
    }


def _show_prepared(done: Prepared, *, as_json: bool) -> None:
    run = done.run
    if as_json:
        print_json({**_facts(run), "is_new": done.is_new})
        return
    what = "prepared" if done.is_new else "stood there already; nothing was changed"
    words.print(f"Run {run.pk}: payments for {run.month:%Y-%m}, {as_kroner(run.amount_ore)} kroner: {what}")


def _show_step(done: Taken, *, as_json: bool) -> None:
    if as_json:
        print_json({"run": done.run.pk, "step": done.step.step, "by": done.step.by, "is_new": done.is_new})
        return
    what = "" if done.is_new else " It had been before; nothing was changed."
    words.print(f"Run {done.run.pk} is {done.step.step} by {done.step.by}.{what}")


def _print_correction(month: date, done: Prepared | None) -> None:
    if done is None:
        words.print(f"{month:%Y-%m}: nothing differs.")
        return
    lines = done.run.header["totals"]["lines"]
    amount, what = as_kroner(done.run.amount_ore), "line" if lines == 1 else "lines"
    words.print(
        f"{month:%Y-%m}: run {done.run.pk} corrects {lines} {what}, {amount} kroner in all. It waits for review."
    )
