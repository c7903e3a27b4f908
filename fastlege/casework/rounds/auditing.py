"""The audit of a round before it is applied: every promise, on the plan and the snapshot that it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fastlege.kernel.errors import DataError
from fastlege.kernel.snapshot import Snapshot
from fastlege.planning.audit import audit
from fastlege.planning.plan import Plan
from fastlege.registry import state
from fastlege.registry.export import export_snapshot
from fastlege.rules.parameters import Rulebook


def audited(plan: Plan, snapshot: Snapshot, book: Rulebook) -> dict[str, bool]:
    """Which promises were checked; all of them hold. Raises `DataError` with those that are broken."""
    findings = audit(plan, snapshot, book)
    if broken := [finding for finding in findings if not finding.holds]:
        words = " ".join(finding.in_words("en") for finding in broken)
        raise DataError(
            f"the plan breaks {len(broken)} of the promises of a round, so it is not applied. Broken: {words}",
            remedy="`fastlege round audit` says who is concerned. Make a new plan.",
        )
    return {finding.promise: True for finding in findings}


@contextmanager
def snapshot_of(plan: Plan, folder: Path | None) -> Iterator[Snapshot]:
    """The snapshot that a plan was made from: the folder given, or the register exported once more.

    Raises `DataError` when no folder is given and the register has changed since.
    """
    if folder is not None:
        yield Snapshot(folder)
        return
    if not state.is_current(plan.header.input_digest):
        raise DataError(
            "the register has changed since the plan's snapshot was taken, or holds something else.",
            remedy="Export it with `fastlege register export` and make a new plan; or apply what still holds, with"
            " `--if-changed drop --snapshot DIR`, the folder that the plan was made from.",
        )
    with TemporaryDirectory(prefix="fastlege-") as temporary:
        digest = export_snapshot(Path(temporary) / "snapshot", on=plan.header.as_of)
        if digest != plan.header.input_digest:
            raise DataError(
                "the register has not changed, but exported once more it gives other files than those that the plan was"
                " made from: another version of this software wrote them.",
                remedy="Give their folder with --snapshot.",
            )
        yield Snapshot(Path(temporary) / "snapshot")
