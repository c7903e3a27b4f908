"""Every read of case work."""

from __future__ import annotations

from fastlege.casework.models import Round, RoundMove
from fastlege.registry.models import RegisterState


def round_of(viewer: str, digest: str) -> Round | None:
    """The round with a plan's digest, if it has been signed for what the register holds now."""
    loaded_at = RegisterState.objects.values_list("loaded_at", flat=True).first()
    return Round.objects.filter(digest=digest, register_loaded_at=loaded_at).first() if loaded_at else None


def dropped_moves(done: Round) -> int:
    """How many moves of a round's plan could not be made."""
    return RoundMove.objects.filter(round=done, dropped__isnull=False).count()
