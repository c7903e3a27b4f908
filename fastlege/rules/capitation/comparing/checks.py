"""Whether the files of capitation fit each other and the rulebook: every problem, by file."""

from __future__ import annotations

from collections.abc import Iterator

from fastlege.kernel.errors import DataError
from fastlege.rules.capitation.adjusted.socioeconomy import FILE, MEASURES, classes_by_unit
from fastlege.rules.capitation.calibration.published import published_sums, targets
from fastlege.rules.capitation.comparing.scenarios import book_with, scenario_names
from fastlege.rules.capitation.terms import month_terms
from fastlege.rules.geography import basic_units
from fastlege.rules.parameters import load_rulebook


def capitation_problems() -> Iterator[str]:
    """Every problem of the weights, the classes of basic units and the scenarios; nothing when all is well."""
    start = load_rulebook().history("capitation.adjusted_start")[0].period.start
    units = set(basic_units()["basic_unit"].to_pylist())
    try:
        published_sums()
        targets()
        month_terms(load_rulebook(), start)
        for measure in MEASURES:
            if missing := sorted(units - classes_by_unit(measure).keys()):
                yield f"{FILE.name}: {len(missing)} basic units have no class, the first is {missing[0]}."
    except DataError as error:
        yield str(error)
    for name in scenario_names():
        try:
            month_terms(book_with(scenarios=[name]), start)
        except DataError as error:
            yield f"scenario {name}: {error}"
