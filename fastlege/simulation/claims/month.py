"""The contacts of a month, in order of time, and their bills."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.kernel.errors import DataError
from fastlege.kernel.periods import next_month, years_before
from fastlege.kernel.snapshot import Snapshot
from fastlege.rules.claims.checks.conditions import recent_years
from fastlege.rules.parameters import load_rulebook
from fastlege.simulation.claims import tables
from fastlege.simulation.claims.details import rule_near
from fastlege.simulation.claims.faults import NO_FAULT, Scene, draw_faults, faults, lines_beside, with_other_codes
from fastlege.simulation.claims.lines import Codes, Lines, draw_lines, draw_main
from fastlege.simulation.claims.moments import draw_moments
from fastlege.simulation.claims.people import EVENING, People, cumulative_weights, draw_people, read_people, times
from fastlege.simulation.claims.shares import EXEMPT_UNDER, Ceiling, turning
from fastlege.simulation.claims.to_whom.doctors import APPROVED_RECENTLY, Doctors, Register, Visits, approvals, choose
from fastlege.simulation.claims.to_whom.services import shared_services
from fastlege.simulation.recipe import claims_table

_EPOCH = date(1970, 1, 1)
_MINUTES = 1440
_SPECIALIST = ("2dd", "requires_specialist")
"""The code and kind of the rule that says how recent a specialist's approval must be."""


@dataclass(frozen=True)
class Contacts:
    """The contacts of a month, a row each: people as rows, workers and codes as numbers."""

    person: NDArray[np.int32]
    doctor: NDArray[np.int32]
    gp_list: NDArray[np.int32]
    day: NDArray[np.int32]
    minute: NDArray[np.int16]
    evening: NDArray[np.bool_]
    main: NDArray[np.int16]
    worker: NDArray[np.int8]

    @property
    def at_gp(self) -> NDArray[np.bool_]:
        """Whether they are at a GP's, not out of hours."""
        return self.worker != tables.WORKERS.index(tables.OUT_OF_HOURS)

    def order(self) -> NDArray[np.int64]:
        """The rows in order of time; those of one minute stay in their order."""
        return np.argsort(self.day.astype(np.int64) * _MINUTES + self.minute, kind="stable")

    def taken(self, rows: NDArray[np.int64]) -> Contacts:
        """Some of the rows."""
        return Contacts(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Month:
    """A month's contacts with their faults and lines; `under_age` are those who are too young to pay."""

    contacts: Contacts
    fault: NDArray[np.int8]
    lines: Lines
    under_age: NDArray[np.bool_]


class Year:
    """What stays the same through the year, and what is counted."""

    def __init__(self, snapshot: Snapshot, year: int, seed: int) -> None:
        self.year, self.seed = year, seed
        self.people = read_people(snapshot, year, seed)
        self.register = Register(snapshot, self.people)
        self.services = shared_services(snapshot, self.people)
        self.volumes = tables.volumes(year)
        self.share = _share_of_nation(snapshot, self.people)
        self.ceiling = Ceiling(len(self.people.person_id), year=year, book=load_rulebook())
        self.codes = Codes()
        self.claims = 0


def draw_month(year: Year, month: date) -> Month:
    """All contacts of a month with what their bills say."""
    doctors, lists = year.register.on(_middle(month)), year.people.lists_on(_middle(month))
    parts = [
        _draw(year, month, (number, place, group), doctors, lists)
        for number, place in enumerate(tables.PLACES)
        for group in year.volumes.filter(year.volumes["place"] == place)["group"]
    ]
    drawn = Contacts(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Contacts.__dataclass_fields__)
    )
    del parts
    drawn = drawn.taken(drawn.order())
    adult_from = turning(year.people.birth, load_rulebook().whole(EXEMPT_UNDER, on=month))
    scene = _scene(year, month, drawn, lists, doctors, drawn.day >= adult_from[drawn.person])
    fault = draw_faults(scene, year.codes, stream(year.seed, f"claims:faults:{month}"))
    drawn, fault = _at_the_same_minute(drawn, fault, doctors)
    drawn = replace(drawn, main=with_other_codes(drawn.main, fault, year.codes))
    lines = draw_lines(
        np.where(fault == NO_FAULT, drawn.worker, -1).astype(np.int8),
        drawn.main,
        _approvals(year, month)[drawn.doctor] == APPROVED_RECENTLY,
        year.codes,
        lines_beside(fault, year.codes),
        stream(year.seed, f"claims:bills:{month}"),
    )
    return Month(drawn, fault, lines, drawn.day < adult_from[drawn.person])


def _draw(year: Year, month: date, of: tuple[int, str, str], doctors: Doctors, lists: NDArray[np.int32]) -> Contacts:
    """The contacts of one place and group."""
    number, place, group = of
    chance = stream(year.seed, f"claims:{place}:{group}:{month}")
    count = _count(year, place, group, month)
    born = year.people.birth <= (month - _EPOCH).days
    day, minute, evening = draw_moments(month, place, count, chance)
    person = np.empty(count, np.int32)
    for time in times(place, group):
        rows = np.flatnonzero(evening == (time == EVENING)) if time else np.arange(count)
        weights = cumulative_weights(year.people, (place, group, time), born)
        person[rows] = draw_people(weights, len(rows), chance)
    people = year.people
    where = people.municipality[person]
    if place == tables.OUT_OF_HOURS:
        where = year.services.of(where, group, chance)
    visits = Visits(lists[person], where, people.use[person], day, minute, evening)
    chosen = choose(visits, doctors, place, year.seed, chance)
    main = draw_main(place, group, evening, on=month, codes=year.codes, chance=chance)
    worker = np.where(chosen.in_first_post, tables.WORKERS.index(tables.LIS1), number).astype(np.int8)
    return Contacts(person, chosen.doctor, chosen.gp_list, day, visits.minute, evening, main, worker)


def _scene(
    year: Year, month: date, drawn: Contacts, lists: NDArray[np.int32], doctors: Doctors, adult: NDArray[np.bool_]
) -> Scene:
    both = np.zeros(int(max(lists.max(initial=0), doctors.list_id.max(initial=0))) + 1, np.bool_)
    both[doctors.list_id] = (doctors.regular > 0) & (doctors.other > 0)
    return Scene(
        drawn.main,
        drawn.at_gp,
        drawn.evening,
        _approvals(year, month)[drawn.doctor],
        lists[drawn.person] == drawn.gp_list,
        adult,
        both[drawn.gp_list],
    )


def _approvals(year: Year, month: date) -> NDArray[np.int8]:
    """How each doctor stands to the rule on how recent a specialist's approval must be."""
    rule = rule_near(*_SPECIALIST, on=month)
    years = recent_years(rule.argument) if rule else None
    if years is None:
        raise DataError(f"no rule says how recent an approval code {_SPECIALIST[0]} needs.", where="tariff_rules.csv")
    last = next_month(month) - timedelta(days=1)
    bounds = tuple((years_before(day, years) - _EPOCH).days for day in (month, last))
    since = year.register.specialist_since
    return approvals(since, recent=(bounds[0], bounds[1]), first=(month - _EPOCH).days)


def _at_the_same_minute(
    drawn: Contacts, fault: NDArray[np.int8], doctors: Doctors
) -> tuple[Contacts, NDArray[np.int8]]:
    """Move those bills that another doctor sends for a list to the minute of the list's bill before them."""
    number = next(number for number, one in enumerate(faults()) if one.who == "two_doctors")
    hit = np.flatnonzero(fault == number)
    order = np.argsort(drawn.gp_list, kind="stable")
    at = np.empty(len(order), np.int64)
    at[order] = np.arange(len(order))
    earlier = order[at[hit] - 1]
    fits = (at[hit] > 0) & (drawn.gp_list[earlier] == drawn.gp_list[hit]) & (fault[earlier] == NO_FAULT)
    fault[hit[~fits]] = NO_FAULT
    hit, earlier = hit[fits], earlier[fits]
    row = np.searchsorted(doctors.list_id, drawn.gp_list[hit])
    regular, other = doctors.regular[row], doctors.other[row]
    drawn.doctor[hit] = np.where(drawn.doctor[earlier] == regular, other, regular)
    drawn.worker[hit] = tables.WORKERS.index(tables.GP)
    drawn.day[hit], drawn.minute[hit] = drawn.day[earlier], drawn.minute[earlier]
    order = drawn.order()
    return drawn.taken(order), fault[order]


def _middle(month: date) -> date:
    return month.replace(day=15)


def _count(year: Year, place: str, group: str, month: date) -> int:
    """The month's part of the year's contacts: parts are cut so that they add up to the whole."""
    rows = year.volumes.filter((year.volumes["place"] == place) & (year.volumes["group"] == group))
    whole = round(int(rows["contacts"].item()) * year.share)
    weights = np.array(claims_table("months")[place].to_list(), float)
    bounds = np.round(np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum() * whole).astype(np.int64)
    return int(bounds[month.month] - bounds[month.month - 1])


def _share_of_nation(snapshot: Snapshot, people: People) -> float:
    """Which part of the nation's contacts a snapshot has: all, or by its number of people for a part of the country."""
    if not snapshot.meta.get("areas"):
        return 1.0
    return len(people.person_id) / tables.assumed("residents")
