"""Every field of every model is identifying, sensitive or plain: each model says which, and a test sees to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True)
class Privacy:
    """Sorts the fields of one model. Logs, errors and addresses of pages never hold the first two kinds."""

    identifying: tuple[str, ...] = ()
    """Points at one person: a name, a number, an address."""
    sensitive: tuple[str, ...] = ()
    """Says something of a person that is theirs to tell: who their GP is, where they queue, that they are dead."""
    plain: tuple[str, ...] = ()
    """Anyone may see it."""

    @property
    def fields(self) -> tuple[str, ...]:
        """All the fields that have been sorted."""
        return self.identifying + self.sensitive + self.plain


def unsorted_fields(models: Iterable[type[Model]]) -> list[str]:
    """Fields that their model leaves out, sorts twice or does not have, as `model.field`."""
    wrong = []
    for model in models:
        declared = list(getattr(model, "privacy", Privacy()).fields)
        actual = {field.name for field in model._meta.get_fields() if field.concrete}
        wrong += [f"{model.__name__}.{name}" for name in sorted(actual.symmetric_difference(declared))]
        wrong += [f"{model.__name__}.{name}" for name in sorted(set(declared)) if declared.count(name) > 1]
    return wrong
