"""A reader who works on figures of a year of claims: all that editions show, solved together as one linear programme.

The reader knows what the figures mean. Each contact is of one kind (type, medium, service, time, relation, delegated),
of a patient of one age and sex, in one month, with one diagnosis; a figure counts some of the kinds. So all numbers
that are shown are sums over the same unknown counts, whatever tables they stand in. Which figures add up to which is
not taken from the code that hides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

from fastlege.figures.dimensions import AGE_BANDS
from fastlege.figures.levels import Areas, Level
from fastlege.kernel.snapshot import Snapshot

GP, OUT = "gp", "out_of_hours_service"
CONSULTATIONS = ("physical_consultation", "e_consultation", "home_visit")
PATIENT = {"patient": True}
"""In place of a kind of contact: a person with enough consultations for an index of continuity."""
KIND = ("contact_type", "medium", "place", "evening", "relation", "delegated")
_NEAR = 1e-6

Counts = Callable[[dict], bool]


def _kind(**wanted: object) -> Counts:
    return lambda kind: "patient" not in kind and all(kind[name] == value for name, value in wanted.items())


def _consultation(**wanted: object) -> Counts:
    return lambda kind: _kind(**wanted)(kind) and kind["contact_type"] in CONSULTATIONS


_BY_DOCTOR = _consultation(place=GP, delegated=False)
_E = {"contact_type": "e_consultation"}
_IN_PERSON = {"contact_type": "physical_consultation"}
# What each figure counts above the line.
OVER: dict[str, Counts] = {
    "contacts": _kind(),
    "contacts_gp": _kind(place=GP),
    "contacts_out_of_hours": _kind(place=OUT),
    "consultations": _consultation(),
    "consultations_gp": _consultation(place=GP),
    "consultations_out_of_hours": _consultation(place=OUT),
    "e_consultations_gp": _kind(place=GP, **_E),
    "home_visits": _kind(contact_type="home_visit"),
    "home_visits_gp": _kind(contact_type="home_visit", place=GP),
    "home_visits_out_of_hours": _kind(contact_type="home_visit", place=OUT),
    "out_of_hours_by_day": _kind(place=OUT, evening=False, **_IN_PERSON),
    "out_of_hours_in_evening": _kind(place=OUT, evening=True, **_IN_PERSON),
    "share_contacts_delegated": _kind(place=GP, delegated=True),
    "share_e_consultations_evening": _kind(place=GP, evening=True, **_E),
    "share_own_gp": lambda kind: _BY_DOCTOR(kind) and kind["relation"] == "own_gp",
    "share_own_list": lambda kind: _BY_DOCTOR(kind) and kind["relation"] != "other",
    "diagnoses": _consultation(),
    **{f"diagnoses_by_{medium}": _kind(medium=medium, **_E) for medium in ("text", "phone", "video")},
}
# What some count below it.
_INDICES = ("usual_provider_index", "continuity_of_care_index", "sequential_continuity_index")
UNDER: dict[str, Counts] = {
    **dict.fromkeys(("share_own_gp", "share_own_list"), _BY_DOCTOR),
    **dict.fromkeys(_INDICES, lambda kind: "patient" in kind),
}
# What shares leave over: the denominator less the numerator stands in no table.
LEFT: list[tuple[Counts, Counts]] = [
    (OVER["contacts_gp"], OVER["share_contacts_delegated"]),
    (OVER["consultations_gp"], OVER["e_consultations_gp"]),
    (OVER["e_consultations_gp"], OVER["share_e_consultations_evening"]),
    (_BY_DOCTOR, OVER["share_own_gp"]),
    (_BY_DOCTOR, OVER["share_own_list"]),
]
TOLD_BY_KIND: dict[str, Callable[[dict], object]] = {
    "contact_type": lambda kind: kind["contact_type"],
    "medium": lambda kind: kind["medium"],
    "service": lambda kind: kind["place"],
    "time_of_day": lambda kind: "evening" if kind["evening"] else "day",
}
BESIDE = ("age", "sex", "month", "diagnosis")
"""The dimensions that the kind of contact does not tell."""


class Programme:
    """Unknown numbers, none below nought, and what is known of sums of them."""

    def __init__(self) -> None:
        self.size = 0
        self._known: list[tuple[np.ndarray, np.ndarray, float]] = []
        self._least: list[np.ndarray] = []

    def unknown(self, *shape: int) -> np.ndarray:
        """Some new unknown numbers."""
        new = self.size + np.arange(int(np.prod(shape))).reshape(shape)
        self.size += new.size
        return new

    def knows(self, plus: np.ndarray, number: float, minus: Sequence[int] = ()) -> None:
        """That a sum of unknowns, less others, is a number."""
        self._known.append((plus, np.asarray(minus, dtype=int), number))

    def knows_some(self, of: np.ndarray) -> None:
        """That a sum of unknowns is not nought."""
        self._least.append(of)

    def told_small(self, sums: Sequence[np.ndarray], threshold: int) -> Iterator[int]:
        """Which of some sums are told to be below the threshold. One table that fits often clears many at once."""
        left = list(range(len(sums)))
        while left:
            chosen = self._matrix([sums[at] for at in left])
            table = self._many(chosen, threshold)
            cleared = {at for at, reached in zip(left, chosen @ table >= threshold - _NEAR, strict=True) if reached}
            if not cleared:
                break
            left = [at for at in left if at not in cleared]
        return (at for at in left if self._end(sums[at], -1.0) < threshold - _NEAR)

    def told_exactly(self, sums: Sequence[np.ndarray]) -> Iterator[int]:
        """Which of some sums are told to the last one."""
        return (at for at, each in enumerate(sums) if self._end(each, -1.0) - self._end(each, 1.0) < 1 - _NEAR)

    def _end(self, of: np.ndarray, sign: float) -> float:
        aim = np.zeros(self.size)
        aim[of] = sign
        return sign * self._solved(aim, [], []).fun

    def _many(self, chosen: csr_array, threshold: int) -> np.ndarray:
        """A table that fits, in which as many as possible of some sums reach the threshold."""
        number = chosen.shape[0]
        reach = hstack([-chosen, eye_array(number)], format="csr")
        aim = np.append(np.zeros(self.size), -np.ones(number))
        return self._solved(aim, [reach], [np.zeros(number)], more=threshold).x[: self.size]

    def _solved(self, aim: np.ndarray, upper: list, most: list, more: float = 0.0):
        beside = len(aim) - self.size
        plus = self._matrix([each for each, _, _ in self._known]) - self._matrix([each for _, each, _ in self._known])
        parts = [*upper]
        limits = [*most]
        if self._least:
            parts.append(_wider(-self._matrix(self._least), beside))
            limits.append(np.full(len(self._least), -1.0))
        found = linprog(
            aim,
            A_ub=vstack(parts, format="csr") if parts else None,
            b_ub=np.concatenate(limits) if limits else None,
            A_eq=_wider(plus, beside),
            b_eq=np.array([number for _, _, number in self._known]),
            bounds=[(0, None)] * self.size + [(0, more)] * beside,
            method="highs",
        )
        assert found.success, found.message
        return found

    def _matrix(self, rows: Sequence[np.ndarray]) -> csr_array:
        at = np.repeat(np.arange(len(rows)), [len(each) for each in rows])
        columns = np.concatenate([np.empty(0, int), *rows]).astype(int)
        return csr_array((np.ones(len(columns)), (at, columns)), shape=(len(rows), self.size))


def _wider(matrix: csr_array, by: int) -> csr_array:
    return hstack([matrix, csr_array((matrix.shape[0], by))], format="csr") if by else matrix


def contacts_of(snapshot: Snapshot) -> pl.DataFrame:
    """The contacts of a snapshot's year with all that figures divide them by: the truth, which the reader is after."""
    persons = pl.from_arrow(snapshot.table("persons", ["person_id", "municipality", "birth_date", "sex"]))
    contacts = pl.read_parquet(snapshot.path("contacts")).join(persons, on="person_id")
    on, birth = snapshot.as_of, pl.col("birth_date")
    not_yet = birth.dt.month().cast(pl.Int32) * 100 + birth.dt.day() > on.month * 100 + on.day
    years = on.year - birth.dt.year() - not_yet.cast(pl.Int32)
    age = pl.lit(AGE_BANDS[-1].code)
    for band in reversed(AGE_BANDS[:-1]):
        age = pl.when(years <= band.last).then(pl.lit(band.code)).otherwise(age)
    sex = pl.when(pl.col("sex") == 2).then(pl.lit("female")).otherwise(pl.lit("male"))
    return contacts.with_columns(age=age, sex=sex, month=pl.col("date").dt.strftime("%m"))


class Reader:
    """What somebody knows who has the files of some editions."""

    def __init__(self, snapshot: Snapshot, editions: Sequence[Path]) -> None:
        self._areas = Areas.of(snapshot)
        contacts = contacts_of(snapshot)
        patients = contacts.filter(
            pl.col("contact_type").is_in(CONSULTATIONS) & (pl.col("place") == GP) & ~pl.col("delegated")
        )
        patients = patients.filter(pl.len().over("person_id") >= 3).unique("person_id")
        self._kinds = [*contacts.select(KIND).unique(maintain_order=True).to_dicts(), PATIENT]
        self._groups = {name: sorted(contacts[name].unique().to_list()) for name in BESIDE}
        self.programme = Programme()
        self._homes = sorted(contacts["municipality"].unique().to_list())
        shape = (len(self._homes), len(self._kinds))
        self._whole = self.programme.unknown(*shape)
        self._beside = {name: self.programme.unknown(*shape, len(groups)) for name, groups in self._groups.items()}
        self._truth = np.zeros(self.programme.size, dtype=int)
        for row in (*contacts.iter_rows(named=True), *({**row, **PATIENT} for row in patients.iter_rows(named=True))):
            self._add(row)
        for cells in self._beside.values():
            for at in np.ndindex(*shape):
                self.programme.knows(cells[at], 0, [self._whole[at]])
        self.hidden: dict[tuple, np.ndarray] = {}
        self._read(editions)

    def _add(self, row: dict) -> None:
        kind = PATIENT if "patient" in row else {name: row[name] for name in KIND}
        at = self._homes.index(row["municipality"]), self._kinds.index(kind)
        self._truth[self._whole[at]] += 1
        for name, groups in self._groups.items():
            self._truth[self._beside[name][at][groups.index(row[name])]] += 1

    def _read(self, editions: Sequence[Path]) -> None:
        names = ["figure", "level", "area", "numerator", "denominator", "suppressed", "dimension", "group"]
        rows = pl.concat(
            pl.read_parquet(folder / file).with_columns(
                **({} if file == "groups.parquet" else {"dimension": pl.lit(""), "group": pl.lit("")})
            ).select(names)
            for folder in editions
            for file in ("figures.parquet", "groups.parquet")
            if (folder / file).exists()
        )  # fmt: skip
        known, seen = set(), {}
        for figure, level, area, over, under, suppressed, dimension, group in rows.iter_rows():
            sides = ((figure, OVER, over, suppressed), (f"below {figure}", UNDER, under, under is None))
            for name, told, number, hides in sides:
                counts = told.get(figure)
                if counts is None or (number is None and not hides):
                    continue
                key = (name, level, area, dimension, group)
                seen[key] = self.cells(counts, Level(level), area, dimension, group)
                if number is not None and key not in known:
                    known.add(key)
                    self.programme.knows(seen[key], number)
                    assert self._truth[seen[key]].sum() == number, key
        lines = {key[:-1] for key in known}
        self.hidden = {key: cells for key, cells in seen.items() if key not in known}
        for key, cells in self.hidden.items():
            # Where a whole line is hidden, so are its noughts, and a share may be hidden for its denominator's sake;
            # elsewhere what is hidden is not nought.
            if (not key[3] or key[:-1] in lines) and not key[0].startswith("share_"):
                self.programme.knows_some(cells)

    def cells(self, counts: Counts, level: Level, area: str, dimension: str = "", group: str = "") -> np.ndarray:
        """The unknown counts that a cell is the sum of."""
        position = dict(zip(self._areas.codes(Level.MUNICIPALITY), self._areas.positions(level).tolist(), strict=True))
        places = [position[home] == self._areas.codes(level).index(area) for home in self._homes]
        told = TOLD_BY_KIND.get(dimension)
        kinds = [counts(kind) and (told is None or told(kind) == group) for kind in self._kinds]
        if dimension in ("", *TOLD_BY_KIND):
            return self._whole[np.ix_(places, kinds)].ravel()
        if dimension == "half_year":
            groups = [("H1" if month <= "06" else "H2") == group for month in self._groups["month"]]
            return self._beside["month"][np.ix_(places, kinds, groups)].ravel()
        return self._beside[dimension][
            np.ix_(places, kinds, [each == group for each in self._groups[dimension]])
        ].ravel()

    def small(self, threshold: int) -> list[tuple]:
        """The hidden cells that are small: what the reader is after."""
        return [key for key, cells in self.hidden.items() if 0 < self._truth[cells].sum() < threshold]

    def learns_all_but_the_small(self, threshold: int) -> None:
        """Know also what is hidden beside the small cells, as from an edition that hides nothing beside them."""
        for cells in self.hidden.values():
            number = int(self._truth[cells].sum())
            if number >= threshold:
                self.programme.knows(cells, number)

    def told(self, threshold: int) -> Iterator[tuple]:
        """The small cells that follow from what is shown, and what shares leave over, where it is told exactly."""
        small = self.small(threshold)
        yield from (small[at] for at in self.programme.told_small([self.hidden[key] for key in small], threshold))
        left = {
            (at, level.value, area): self.cells(lambda kind, of=of, part=part: of(kind) and not part(kind), level, area)
            for at, (of, part) in enumerate(LEFT)
            for level in Level
            for area, shown in zip(self._areas.codes(level), self._areas.shown(level), strict=True)
            if shown
        }
        few = [key for key, cells in left.items() if 0 < self._truth[cells].sum() < threshold]
        yield from (("left over", *few[at]) for at in self.programme.told_exactly([left[key] for key in few]))


PARTS = {"expenditure_scheme": "gp_scheme", "expenditure_lis1": "lis1", "expenditure_out_of_hours": "out_of_hours"}
GRANTS = ("base_and_capitation_grants", "equalisation_grant")


def amounts_told(
    snapshot: Snapshot, edition: Path, behind: pl.DataFrame, threshold: int
) -> tuple[list[tuple], list[tuple]]:
    """The hidden amounts of few contacts, and those of them that follow to the øre from what an edition shows.

    `behind` has the contacts that were paid for by municipality, part and kind of expense.
    """
    areas, programme = Areas.of(snapshot), Programme()
    homes, kinds = sorted(behind["municipality"].unique().to_list()), sorted(behind["expense"].unique().to_list())
    cells = programme.unknown(len(homes), len(PARTS), len(kinds))
    number = np.zeros(programme.size, dtype=int)
    for home, part, kind, contacts in behind.iter_rows():
        number[cells[homes.index(home), list(PARTS.values()).index(part), kinds.index(kind)]] += contacts
    hidden = {}
    for figure, level, area, over, suppressed, dimension, group in _money(edition).iter_rows():
        if figure not in ("expenditure", *PARTS) or group in GRANTS:
            continue
        inside = dict(zip(areas.codes(Level.MUNICIPALITY), areas.positions(Level(level)).tolist(), strict=True))
        places = [areas.codes(Level(level))[inside[home]] == area for home in homes]
        parts = [figure in ("expenditure", each) and (dimension != "part" or PARTS[each] == group) for each in PARTS]
        chosen = [dimension != "expense" or kind == group for kind in kinds]
        sum_of = cells[np.ix_(places, parts, chosen)].ravel()
        if suppressed:
            assert over is None
            hidden[figure, level, area, dimension, group] = sum_of
        else:
            programme.knows(sum_of, over - _granted(edition, figure, level, area, dimension, group))
    few = [key for key, sum_of in hidden.items() if 0 < number[sum_of].sum() < threshold]
    return few, [few[at] for at in programme.told_exactly([hidden[key] for key in few])]


def _money(edition: Path) -> pl.DataFrame:
    names = ["figure", "level", "area", "numerator", "suppressed", "dimension", "group"]
    tables = [pl.read_parquet(edition / "figures.parquet").with_columns(dimension=pl.lit(""), group=pl.lit(""))]
    if (edition / "groups.parquet").exists():
        tables.append(pl.read_parquet(edition / "groups.parquet"))
    return pl.concat(each.select(names) for each in tables)


def _granted(edition: Path, figure: str, level: str, area: str, dimension: str, group: str) -> int:
    """The basic funding in an amount, which everybody knows: it is paid for lists, to the scheme."""
    if dimension == "expense" or figure not in ("expenditure", "expenditure_scheme") or group not in ("", "gp_scheme"):
        return 0
    rows = _money(edition).filter(
        (pl.col("figure") == "basic_funding")
        & (pl.col("level") == level)
        & (pl.col("area") == area)
        & (pl.col("group") == "")
    )
    return rows["numerator"].item()
