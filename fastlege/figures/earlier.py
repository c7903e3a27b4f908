"""What an edition that is out shows and hides, read back from its rows: the next one of the same day must know."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from fastlege.figures.catalogue import definition, definitions
from fastlege.figures.disclosure.door import TOLD, Earlier, Shown
from fastlege.figures.disclosure.families import FAMILY_OF
from fastlege.figures.measures import guard

_COLUMNS = ("figure", "level", "area", "numerator", "denominator", "suppressed")


def shown_in(tables: Iterable[pa.Table], *, round_to: int = 1) -> Earlier:
    """What the rows of an edition show of the measures that count persons, whole and divided.

    The tables have the columns of `engine.RESULT`, and may have `dimension` and `group`; counts were rounded to
    `round_to`. Figures that the catalogue no longer has are passed over.
    """
    known = {each.id for each in definitions()}
    shown = Shown()
    for table in tables:
        columns = [table[name].to_pylist() for name in _COLUMNS]
        divided = [
            table[name].to_pylist() if name in table.column_names else [""] * table.num_rows
            for name in ("dimension", "group")
        ]
        for figure, level, area, above, below, hidden, dimension, group in zip(*columns, *divided, strict=True):
            if figure in known:
                _add(shown, figure, (level, area), (dimension, group), (above, below, hidden))
    return shown.earlier(round_to)


def _add(
    shown: Shown,
    figure: str,
    place: tuple[str, str],
    divided: tuple[str, str],
    sides: tuple[int | None, int | None, bool],
) -> None:
    each = definition(figure)
    above, below, hidden = sides
    if each.numerator in FAMILY_OF and (above is not None or hidden):
        shown.add((each.numerator, *divided), place, above)
    elif guard(each.numerator) in FAMILY_OF:
        if hidden:
            shown.add((guard(each.numerator), *divided), place, None)
        elif above is not None and each.denominator != guard(each.numerator):
            shown.add((guard(each.numerator), *divided), place, TOLD)
    if each.denominator in FAMILY_OF and (below is not None or hidden) and not (divided[0] and each.whole_denominator):
        shown.add((each.denominator or "", *divided), place, below)
