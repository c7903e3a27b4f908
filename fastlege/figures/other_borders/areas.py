"""The municipalities of an older snapshot on the borders of another day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from fastlege.figures.levels import Areas, Level
from fastlege.kernel.snapshot import Snapshot


@dataclass(frozen=True)
class OnBorders:
    """The areas of a snapshot on the borders of another day, and which of them are not as they were.

    A divided municipality cannot be parted in what was counted while it was whole. It is counted in the area where the
    largest of its parts lies, and none of its parts is given a value of its own.
    """

    areas: Areas
    own: Areas
    """The areas on the snapshot's own borders."""
    divided: Mapping[str, tuple[str, ...]]
    """Each municipality that was divided, and its parts."""
    merged: Mapping[str, tuple[str, ...]]
    """Each municipality that was made of several, and those."""

    @property
    def moved(self) -> bool:
        """Whether anything lies in other areas than on the snapshot's own borders."""
        return not self.areas.table.equals(self.own.table)

    def of_parts(self, level: Level) -> dict[str, tuple[str, ...]]:
        """The areas of a level that hold a part of a divided municipality but not all of it, with its code.

        A municipality that is a part has no value. A larger area has one, with the whole municipality in it or out.
        One without lists, such as one outside the part of the country that the snapshot covers, is not told of.
        """
        found: dict[str, list[str]] = defaultdict(list)
        for former, parts in self.divided.items():
            areas = {self._rows[code][level] for code in parts}
            for area in areas if len(areas) > 1 and former in self._served else ():
                found[area].append(former)
        return {area: tuple(codes) for area, codes in found.items()}

    @cached_property
    def _served(self) -> set[str]:
        shown = self.own.shown(Level.MUNICIPALITY)
        return {code for code, has_lists in zip(self.own.codes(Level.MUNICIPALITY), shown, strict=True) if has_lists}

    @cached_property
    def _rows(self) -> dict[str, dict[str, str]]:
        return {row[Level.MUNICIPALITY]: row for row in self.areas.table.to_pylist()}


def on_borders(snapshot: Snapshot, municipalities: pa.Table, after: Mapping[str, tuple[str, ...]]) -> OnBorders:
    """A snapshot on other borders: `after` has the codes that each of its municipalities has there.

    `municipalities` are those on the other borders, as the snapshot table of that name.
    """
    people = dict(zip(*(municipalities[name].to_pylist() for name in ("municipality", "population")), strict=True))
    now = {code: max(parts, key=lambda part: (people[part] or 0, part)) for code, parts in after.items()}
    before: dict[str, list[str]] = defaultdict(list)
    for code, parts in after.items():
        for part in parts:
            before[part].append(code)
    return OnBorders(
        Areas.on_borders(snapshot, municipalities, now),
        Areas.of(snapshot),
        divided={code: parts for code, parts in after.items() if len(parts) > 1},
        merged={code: tuple(former) for code, former in before.items() if len(former) > 1},
    )
