"""What the rules say of one month: rates, knee, the part of a year, and the terms of the two grants.

Each value comes with the rows it was read from, so that an amount can name them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import days_in_month, days_in_year, months_later
from fastlege.rules.capitation.adjusted.weights import SET, Weights, read_weights
from fastlege.rules.capitation.cells import load_cells
from fastlege.rules.parameters import ParameterRow, Rulebook

_Reading = TypeVar("_Reading", bound=StrEnum)


class Kind(StrEnum):
    """What a payment is for."""

    CAPITATION = "capitation"
    BASE_GRANT = "base_grant"
    EQUALISATION_GRANT = "equalisation_grant"


class MeanList(StrEnum):
    """The two readings of a municipality's mean list, as `equalisation.mean_list_definition` words them."""

    LENGTHS = "list residents / lists"
    POPULATION = "population / established GP posts"


class ListLimit(StrEnum):
    """The two readings of a list of exactly the base grant's limit, as `base_grant.list_limit` words them."""

    BELOW = "below"
    AT_MOST = "not above"


class CapLimit(StrEnum):
    """The two readings of a cap of exactly the base grant's limit, as `base_grant.cap_limit` words them."""

    AT_LEAST = "or more"
    ABOVE = "above"


class EqualisationAmount(StrEnum):
    """The two readings of what the formula of the equalisation grant gives, as `equalisation.amount_for` words them."""

    EACH_LIST = "each list"
    MUNICIPALITY = "the lists of the municipality together"


class PartMonths(StrEnum):
    """The two readings of a GP who comes or goes within a month, as `capitation.part_months` words them."""

    DAYS = "each holder the days held"
    FIRST = "the holder on the first"


@dataclass(frozen=True)
class CapitationTerms:
    """Kroner for each resident a year: `below` up to the knee and `above` beyond it; no knee, one rate for all.

    With `weights` the rate is the national mean, and each resident counts for what the weights say.
    """

    below: Decimal
    above: Decimal
    knee: int | None
    weights: Weights | None = None

    @property
    def rate_text(self) -> str:
        """The rate in one cell of a table: one number, or the two around the knee."""
        return f"{self.below}" if self.knee is None else f"{self.below}/{self.above}"


@dataclass(frozen=True)
class BaseGrantTerms:
    """Who may have the base grant in place of capitation, and for how many persons it is counted.

    `list_limit` and `cap_limit` say whether a list or a cap exactly at its limit is among them.
    """

    list_below: int
    cap_at_least: int
    max_months: int
    persons_paid: int
    list_limit: ListLimit
    cap_limit: CapLimit

    @property
    def longest_list(self) -> int:
        """The most members that a list with the grant may have."""
        return self.list_below if self.list_limit is ListLimit.AT_MOST else self.list_below - 1

    @property
    def smallest_cap(self) -> int:
        """The smallest cap that a list with the grant may have."""
        return self.cap_at_least if self.cap_limit is CapLimit.AT_LEAST else self.cap_at_least + 1


@dataclass(frozen=True)
class EqualisationTerms:
    """Which municipalities have the equalisation grant, and how their mean list is counted."""

    population_below: int
    reference_list: int
    mean_list: MeanList
    amount_for: EqualisationAmount
    rate: Decimal


@dataclass(frozen=True)
class MonthTerms:
    """All that the rules say of one month's payments.

    `part_of_year_text` is what the month is of a yearly amount. A grant that did not exist is None; one whose rules are
    not known is None too, and `not_known` says why. `rows` are the rulebook's rows behind each kind. Rates are agreed
    for `agreed_months` at a time.
    """

    month: date
    formula: str
    part_of_year_text: str
    part_months: PartMonths
    capitation: CapitationTerms
    base_grant: BaseGrantTerms | None
    equalisation: EqualisationTerms | None
    agreed_months: int
    not_known: Mapping[Kind, str] = field(default_factory=dict)
    rows: Mapping[Kind, tuple[ParameterRow, ...]] = field(default_factory=dict)

    @property
    def not_agreed(self) -> Mapping[str, date]:
        """Rates that hold to further notice though their agreement has run out by the month, with its last day."""
        return {
            row.parameter: months_later(row.valid_from, self.agreed_months) - _A_DAY
            for row in self.rows.get(Kind.CAPITATION, ())
            if row.unit.startswith("NOK/") and row.valid_from is not None and row.valid_to is None
            if months_later(row.valid_from, self.agreed_months) <= self.month
        }

    @property
    def part_of_year(self) -> Fraction:
        """`part_of_year_text`, such as "31/365", as a number."""
        return Fraction(self.part_of_year_text)


_MONTHLY: Mapping[str, Callable[[date], str]] = {
    "annual/12 * persons": lambda month: "1/12",
    "annual/days_in_year * days_in_month * persons": lambda month: f"{days_in_month(month)}/{days_in_year(month)}",
}
_EQUALISATION = "(reference - municipal mean list) * national mean"
_KNEE = ("capitation.knee", "capitation.rate_below_knee", "capitation.rate_above_knee")
_MEAN = ("capitation.national_mean",)
_FLAT = ("capitation.rate",)
_MONTH_RULE = "capitation.monthly_formula"
_PART_MONTHS = "capitation.part_months"
_AGREED_MONTHS = "capitation.rates_agreed_for"
_A_DAY = timedelta(days=1)
_BASE_GRANT = (
    "base_grant.list_below",
    "base_grant.cap_at_least",
    "base_grant.max_months",
    "base_grant.persons_paid",
    "base_grant.list_limit",
    "base_grant.cap_limit",
    "base_grant.self_employed_only",
)


def month_terms(book: Rulebook, month: date) -> MonthTerms:
    """The terms of the month that starts on `month`, its first day."""
    names = _capitation_names(book, month)
    rates = [book.decimal(name, on=month) for name in names[-2:]]
    formula, part = _part_of_year(book, month)
    knee = book.whole(names[0], on=month) if names == _KNEE else None
    weights = read_weights(book, month, load_cells()) if names == _MEAN else None
    capitation = CapitationTerms(rates[0], rates[-1], knee, weights)
    own = _rows(book, month, *names, *([SET] if weights else []), _MONTH_RULE, _PART_MONTHS)
    rows = {Kind.CAPITATION: own}
    base_grant = _base_grant(book, month)
    if base_grant:
        rows[Kind.BASE_GRANT] = _rows(book, month, *_BASE_GRANT, *names, _MONTH_RULE, _PART_MONTHS)
    not_known: dict[Kind, str] = {}
    equalisation = None
    try:
        equalisation = _equalisation(book, month)
        rows[Kind.EQUALISATION_GRANT] = _equalisation_rows(book, month)
    except DataError as error:
        not_known[Kind.EQUALISATION_GRANT] = str(error)
    part_months = _reading(book, month, _PART_MONTHS, PartMonths)
    agreed = book.whole(_AGREED_MONTHS, on=month)
    return MonthTerms(month, formula, part, part_months, capitation, base_grant, equalisation, agreed, not_known, rows)


def _capitation_names(book: Rulebook, month: date) -> tuple[str, ...]:
    """The parameters of the model in force: the knee, the national mean, or one flat rate."""
    for names in (_KNEE, _MEAN, _FLAT):
        if any(row.period.contains(month) and row.is_known for row in book.history(names[0])):
            return names
    adjusted = any(row.period.contains(month) for row in book.history("capitation.adjusted_start"))
    return _MEAN if adjusted else _FLAT


def _part_of_year(book: Rulebook, month: date) -> tuple[str, str]:
    formula = book.text(_MONTH_RULE, on=month)
    if formula not in _MONTHLY:
        raise DataError(
            f"the formula {formula!r} is not one that can be computed.",
            where=f"{_MONTH_RULE} on {month}",
            remedy=f"Known are: {'; '.join(_MONTHLY)}.",
        )
    return formula, _MONTHLY[formula](month)


def _base_grant(book: Rulebook, month: date) -> BaseGrantTerms | None:
    if not any(row.period.contains(month) for row in book.history("base_grant.start")):
        return None
    below, cap, months, persons = (book.whole(name, on=month) for name in _BASE_GRANT[:4])
    return BaseGrantTerms(
        list_below=below,
        cap_at_least=cap,
        max_months=months,
        persons_paid=persons,
        list_limit=_reading(book, month, "base_grant.list_limit", ListLimit),
        cap_limit=_reading(book, month, "base_grant.cap_limit", CapLimit),
    )


def _equalisation(book: Rulebook, month: date) -> EqualisationTerms:
    formula = book.text("equalisation.formula", on=month)
    if formula != _EQUALISATION:
        raise DataError(f"the formula {formula!r} is not one that can be computed.", where="equalisation.formula")
    return EqualisationTerms(
        population_below=book.whole("equalisation.municipality_population_below", on=month),
        reference_list=book.whole("equalisation.reference_list", on=month),
        mean_list=_reading(book, month, "equalisation.mean_list_definition", MeanList),
        amount_for=_reading(book, month, "equalisation.amount_for", EqualisationAmount),
        rate=book.decimal("capitation.national_mean", on=month),
    )


def _equalisation_rows(book: Rulebook, month: date) -> tuple[ParameterRow, ...]:
    own = ("municipality_population_below", "reference_list", "formula", "mean_list_definition", "amount_for")
    return _rows(book, month, *(f"equalisation.{name}" for name in own), *_MEAN, _MONTH_RULE, _PART_MONTHS)


def _reading(book: Rulebook, month: date, name: str, readings: type[_Reading]) -> _Reading:
    """One of the readings that a parameter may have; any other text is one that nobody has written."""
    found = book.text(name, on=month)
    if found not in set(readings):
        raise DataError(
            f"the reading {found!r} is not one that can be computed.",
            where=f"{name} on {month}",
            remedy=f"Known are: {'; '.join(readings)}.",
        )
    return readings(found)


def _rows(book: Rulebook, month: date, *names: str) -> tuple[ParameterRow, ...]:
    return tuple(row for name in names for row in book.rows(name, on=month))
