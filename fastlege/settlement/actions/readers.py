"""Letting employees of a municipality read its statements."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from fastlege.kernel.errors import DataError
from fastlege.registry.models import Municipality
from fastlege.settlement.models import StatementReader


def let_read(viewer: str, municipality: str, *, by: str) -> bool:
    """Let an employee read a municipality's statements; false when they could already."""
    if not Municipality.objects.filter(pk=municipality).exists():
        raise DataError(f"there is no municipality {municipality} in the register.", remedy="Give its four digits.")
    _, is_new = StatementReader.objects.get_or_create(
        viewer=viewer, municipality=municipality, ended_at=None, defaults={"given_by": by}
    )
    return is_new


@transaction.atomic
def end_reading(viewer: str, municipality: str, *, by: str) -> None:
    """Let an employee read a municipality's statements no longer."""
    standing = StatementReader.objects.filter(viewer=viewer, municipality=municipality, ended_at=None)
    if not standing.update(ended_by=by, ended_at=Now()):
        raise DataError("nobody of that name reads that municipality's statements.", remedy="Check name and number.")
