"""`fastlege residents custody | guardian | care-order`, `protect`, `unprotect`: who chooses for whom, and where.

People are given by their numbers in the register: these commands print no name and no address. Each is written with its
day, who did it and why, and the one whom it is about sees it on Min side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fastlege.cli.output import Json, parse_day, print_json, words
from fastlege.kernel.vocabulary import CustodyKind, ProtectionGrade

if TYPE_CHECKING:
    from fastlege.access.viewers import Viewer

custody = typer.Typer(
    name="custody",
    help="Who has custody of a child, and chooses for it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
guardian = typer.Typer(
    name="guardian",
    help="Guardians by appointment, for children and adults.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
care_order = typer.Typer(
    name="care-order",
    help="When the child welfare service chooses for a child.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_On = Annotated[str, typer.Option("--on", help="The day from which it holds.", metavar="YYYY-MM-DD")]
_By = Annotated[str, typer.Option("--by", help="Who does it.")]
_Why = Annotated[str, typer.Option("--why", help="What it rests on; those whom it is about can read it.")]
_Child = Annotated[int, typer.Argument(help="The child's number.", metavar="CHILD")]
_Adult = Annotated[int, typer.Argument(help="The adult's number.", metavar="ADULT")]
_Ward = Annotated[int, typer.Argument(help="The number of the one with a guardian.", metavar="WARD")]
_Guardian = Annotated[int, typer.Argument(help="The guardian's number.", metavar="GUARDIAN")]
_Person = Annotated[int, typer.Argument(help="The person's number.", metavar="PERSON")]
_PARENTS = (CustodyKind.JOINT, CustodyKind.SOLE)


@custody.command("show")
def show(child: _Child, by: _By, why: _Why, as_json: Json = False) -> None:
    """Who chooses for a person now, and by what right. The look is noted in the look-up log."""
    viewer = _case_worker(by, why)
    from fastlege.registry.actions import custody_of

    held = custody_of(viewer, child)
    if as_json:
        print_json({"person": child, "chosen_for_by": [{"person": n, "kind": kind} for n, kind in held.items()]})
        return
    for number, kind in held.items():
        words.print(f"person {number}: {kind}")
    words.print(f"{len(held)} choose for person {child}.")


@custody.command("set")
def set_parents(
    child: _Child,
    parents: Annotated[list[int], typer.Option("--parent", help="A parent with custody; twice for two who share it.")],
    on: _On,
    by: _By,
    why: _Why,
) -> None:
    """Set which parents have custody from a day.

    Other parents' custody ends. Guardians stay.
    """
    day, viewer = parse_day(on), _case_worker(by, why)
    from fastlege.registry.actions import register_parents

    register_parents(child, parents=list(dict.fromkeys(parents)), on=day, by=viewer)
    words.print(f"Custody of person {child} is registered from {day}.")


@custody.command("end")
def end(child: _Child, adult: _Adult, on: _On, by: _By, why: _Why) -> None:
    """End one parent's custody. A parent who is left has it alone."""
    day, viewer = parse_day(on), _case_worker(by, why)
    from fastlege.registry.actions import end_custody

    end_custody(child, adult_id=adult, kinds=_PARENTS, on=day, by=viewer)
    words.print(f"Person {adult} has no custody of person {child} from {day}.")


@guardian.command("appoint")
def appoint(ward: _Ward, guardian: _Guardian, on: _On, by: _By, why: _Why) -> None:
    """Register that a guardian may choose from a day."""
    day, viewer = parse_day(on), _case_worker(by, why)
    from fastlege.registry.actions import appoint_guardian

    appoint_guardian(ward, guardian_id=guardian, on=day, by=viewer)
    words.print(f"Person {guardian} is guardian of person {ward} from {day}.")


@guardian.command("end")
def end_guardian(ward: _Ward, guardian: _Guardian, on: _On, by: _By, why: _Why) -> None:
    """Register that a guardian's appointment ends."""
    day, viewer = parse_day(on), _case_worker(by, why)
    from fastlege.registry.actions import end_custody

    end_custody(ward, adult_id=guardian, kinds=(CustodyKind.GUARDIAN,), on=day, by=viewer)
    words.print(f"Person {guardian} is no guardian of person {ward} from {day}.")


@care_order.command("begin")
def begin_care(child: _Child, on: _On, by: _By, why: _Why) -> None:
    """Register that the child welfare service chooses from a day.

    Nobody at home does then.
    """
    _care(child, on, _case_worker(by, why), ends=False)


@care_order.command("end")
def end_care(child: _Child, on: _On, by: _By, why: _Why) -> None:
    """Register that the child welfare service chooses no longer."""
    _care(child, on, _case_worker(by, why), ends=True)


def protect(
    person: _Person,
    on: _On,
    by: _By,
    why: _Why,
    grade: Annotated[ProtectionGrade, typer.Option("--grade", help="How closely.")] = ProtectionGrade.CONFIDENTIAL,
) -> None:
    """Keep a person's address from others.

    A parent elsewhere then neither sees nor chooses.
    """
    day, viewer = parse_day(on), _case_worker(by, why)
    from fastlege.registry.actions import protect_address

    protect_address(person, grade=grade, on=day, by=viewer)
    words.print(f"The address of person {person} is protected ({grade}) from {day}.")


def unprotect(person: _Person, on: _On, by: _By, why: _Why) -> None:
    """Keep a person's address from others no longer."""
    day, viewer = parse_day(on), _case_worker(by, why)
    from fastlege.registry.actions import protect_address

    protect_address(person, grade=None, on=day, by=viewer)
    words.print(f"The address of person {person} is no longer protected from {day}.")


def _care(child: int, on: str, viewer: Viewer, *, ends: bool) -> None:
    day = parse_day(on)
    from fastlege.registry.actions import register_care_order

    register_care_order(child, on=day, by=viewer, ends=ends)
    words.print(f"Person {child} is under {'no ' if ends else 'a '}care order from {day}.")


def _case_worker(by: str, why: str) -> Viewer:
    """Who does it, with the database open. Without a name or a reason nothing is done."""
    for option, text in (("--by", by), ("--why", why)):
        if not text.strip():
            raise typer.BadParameter(f"{option} is empty: say who does it and why")
    from fastlege.database.ready import open_database

    open_database()
    from fastlege.access.viewers import Role, Viewer

    return Viewer(by.strip(), Role.CASE_WORKER, purpose=why.strip())
