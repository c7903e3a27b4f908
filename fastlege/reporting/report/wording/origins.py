"""Where the numbers of a table or a chart are from, and of which day or year they are: the line under each."""

from __future__ import annotations

from collections.abc import Iterable

from fastlege.figures.engine import of_claims
from fastlege.reporting.report.comparing import Series
from fastlege.reporting.report.wording import words
from fastlege.reporting.report.wording.numbers import day


def origin(series: Series, figures: Iterable[str], language: str) -> str:
    """The register that figures are counted in, with its day, the year of what is billed, or both."""
    told, now = words(language)["origin"], series.now
    yearly = {of_claims(figure): now.period(figure) for figure in figures}
    kind = "both" if len(yearly) > 1 else "year" if True in yearly else "day"
    register = told["synthetic" if "recipe" in now.snapshot.meta else "register"]
    return str(told[kind].format(register=register, day=day(now.as_of, language), year=yearly.get(True, "")))
