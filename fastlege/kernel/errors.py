"""The two families of errors: what a rule refuses, and input that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Violation:
    """One breach of one rule.

    `rule` is a code in the catalogue of `fastlege.rules.texts`, which holds the provision and the words in each
    language; `facts` are the values those words need. Facts never identify a person.
    """

    rule: str
    facts: Mapping[str, object] = field(default_factory=dict)


class Refused(Exception):  # noqa: N818 (the word that users and style know)
    """A request that the rules do not allow. Carries every violation found, not only the first."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("; ".join(f"{v.rule} {dict(v.facts)}" if v.facts else v.rule for v in violations))
        self.violations = tuple(violations)


class DataError(Exception):
    """A file, a snapshot, a database or an argument is wrong.

    The message says what is wrong, where, and what to do about it.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        parts = [f"{where}: {what}" if where else what, remedy]
        super().__init__(" ".join(part for part in parts if part))
        self.what, self.where, self.remedy = what, where, remedy


def refuse_if(violations: Iterable[Violation]) -> None:
    """Raise `Refused` with all the violations, or return when there are none."""
    found = list(violations)
    if found:
        raise Refused(found)
