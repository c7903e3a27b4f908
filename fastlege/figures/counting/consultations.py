"""Continuity of a year of consultations: the indices of each person and each list, in whole millionths."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.figures.bases.continuity import ENOUGH, MILLION
from fastlege.figures.counting.coding import Codes, People, Positions


class Consultations:
    """Who saw which doctor, in the order of the days."""

    def __init__(self, people: People, codes: dict[str, Codes]) -> None:
        self._people, self._codes = people, codes
        self._parts: dict[str, list[NDArray[np.integer[Any]]]] = {"person": [], "doctor": [], "day": []}
        self._in_person: list[NDArray[np.bool_]] = []

    def add(self, part: pa.RecordBatch, counted: NDArray[np.bool_], numbers: dict[str, Positions]) -> None:
        """Keep the consultations of a part of the contacts; parts come in the order of the claims."""
        self._parts["person"].append(part["person_id"].to_numpy()[counted].astype(np.int32))
        self._parts["doctor"].append(_narrow(part["doctor_id"].to_numpy()[counted]))
        self._parts["day"].append(_narrow(part["date"].cast(pa.int32()).to_numpy()[counted]))
        physical = np.array([word == "physical_consultation" for word in self._codes["contact_type"].words], np.bool_)
        self._in_person.append(physical[numbers["contact_type"]][counted])

    def by_person(self) -> pa.Table:
        """The rows of the base table `person_continuity`."""
        person, doctor, day = self._column("person"), self._column("doctor"), self._column("day")
        if (day[1:] < day[:-1]).any():
            order = np.argsort(day, kind="stable")
            person, doctor = person[order], doctor[order]
        first, doctors = _by_person(person, doctor, max(len(self._people.kind), int(person.max(initial=0)) + 1))
        number, upc, coc, secon = _in_halves(first, doctors)
        known = number < len(self._people.kind)
        kind = np.full(len(number), self._people.size - 1, np.int64)
        kind[known] = self._people.kind[number[known]]
        return pa.table({**self._people.columns(kind), "upc": upc, "coc": coc, "secon": secon})

    def by_list(self, list_of: Positions, gps: dict[int, tuple[int, str]]) -> pa.Table:
        """The rows of the base table `list_continuity`; `list_of` persons, and the GP and municipality of lists."""
        in_person = np.concatenate(self._in_person) if self._in_person else np.empty(0, np.bool_)
        person, doctor = self._column("person")[in_person], self._column("doctor")[in_person]
        own_list = np.where(person < len(list_of), list_of[np.minimum(person, len(list_of) - 1)], 0)
        size = int(list_of.max(initial=0)) + 1
        gp_of = np.full(size, -1, np.int64)
        for each, (gp, _) in gps.items():
            if each < size:
                gp_of[each] = gp
        all_ = np.bincount(own_list, minlength=size)
        own = np.bincount(own_list[doctor == gp_of[own_list]], minlength=size)
        lists = [each for each in sorted(gps) if each < size and all_[each]]
        return pa.table(
            {
                "municipality": pa.array([gps[each][1] for each in lists], pa.string()),
                "slicc": own[lists] * MILLION // np.maximum(all_[lists], 1),
            }
        )

    def _column(self, name: str) -> NDArray[np.integer[Any]]:
        parts = self._parts[name]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)


def _in_halves(first: Positions, doctors: NDArray[Any]) -> list[NDArray[np.int64]]:
    """The number and the indices of each person with enough consultations, half of them by another thread."""
    middle = int(np.searchsorted(first, len(doctors) // 2))
    with ThreadPoolExecutor(1) as pool:
        later = pool.submit(_indices, first[middle:], doctors, ENOUGH, MILLION)
        earlier = _indices(first[: middle + 1], doctors, ENOUGH, MILLION)
        number, *indices = later.result()
    halves = zip(earlier, (number + middle, *indices), strict=True)
    return [np.concatenate(each) for each in halves]


def _narrow(numbers: NDArray[Any]) -> NDArray[Any]:
    """The same numbers in as few bytes as hold them."""
    kind = np.min_scalar_type(int(numbers.max(initial=0)))
    return numbers.astype(kind) if (numbers >= 0).all() else numbers


@numba.njit(cache=True, nogil=True)
def _by_person(person, doctor, people):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The doctors of each person in order: those of person `k` stand from `first[k]` up to `first[k + 1]`."""
    first = np.zeros(people + 1, np.int64)
    for at in range(len(person)):
        first[person[at] + 1] += 1
    for at in range(people):
        first[at + 1] += first[at]
    free = first[:-1].copy()
    doctors = np.empty(len(doctor), doctor.dtype)
    for at in range(len(person)):
        doctors[free[person[at]]] = doctor[at]
        free[person[at]] += 1
    return first, doctors


@numba.njit(cache=True, nogil=True)
def _indices(first, doctors, enough, million):  # type: ignore[no-untyped-def]  # pragma: no cover
    many = 0
    for person in range(len(first) - 1):
        many += first[person + 1] - first[person] >= enough
    number = np.empty(many, np.int64)
    upc, coc, secon = np.empty(many, np.int64), np.empty(many, np.int64), np.empty(many, np.int64)
    row = 0
    for person in range(len(first) - 1):
        n = first[person + 1] - first[person]
        if n < enough:
            continue
        seen = doctors[first[person] : first[person + 1]]
        same = 0
        for at in range(1, n):
            same += seen[at] == seen[at - 1]
        ordered = np.sort(seen)
        most, squares, run = 0, 0, 0
        for at in range(n):
            run = run + 1 if at and ordered[at] == ordered[at - 1] else 1
            if at == n - 1 or ordered[at + 1] != ordered[at]:
                most = max(most, run)
                squares += run * run
        number[row] = person
        upc[row] = most * million // n
        coc[row] = (squares - n) * million // (n * (n - 1))
        secon[row] = same * million // (n - 1)
        row += 1
    return number, upc, coc, secon
