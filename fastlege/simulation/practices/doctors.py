"""Doctors and their periods on lists: regular GPs, those before them, substitutes, and those in their first posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fastlege.kernel.draws import stream
from fastlege.kernel.vocabulary import Relationship, Sex
from fastlege.simulation.months import day_number, day_of_month_number, month_number
from fastlege.simulation.practices.first_posts import FirstPosts, first_posts
from fastlege.simulation.practices.lists import Lists

Counts = NDArray[np.int64]
Days = NDArray[np.int32]

_NO_DAY = np.iinfo(np.int32).min
_YEAR = 365.2425
_WITHOUT_SUBSTITUTE = 15
"""Vacant lists that have no substitute; the annual report 2025 counts this many on 1 April 2026."""
_PREDECESSORS = 0.4
"""Share of lists with a GP who took over from another since the list began; assumed."""
_MEAN_SERVICE_MONTHS = 80


@dataclass(frozen=True)
class DoctorPlan:
    """What doctors are made from: exact counts of those who are regular GPs on the day; `in_first_posts` are LIS1."""

    as_of: date
    seed: int
    gps: int
    specialists: int
    women: int
    substitutes: int
    in_first_posts: int


@dataclass(frozen=True)
class Doctors:
    """All doctors; places in these columns are the doctor ids less one. Days are since 1970."""

    birth: Days
    sex: NDArray[np.int8]
    specialist_since: Days
    training_since: Days


@dataclass(frozen=True)
class DoctorPeriods:
    """Periods of doctors on lists, both as places; `end` is far below zero while the period runs."""

    list_: Counts
    doctor: Counts
    relationship: NDArray[np.str_]
    percentage: Counts
    start: Days
    end: Days
    end_reason: NDArray[np.str_]


def make_doctors(lists: Lists, plan: DoctorPlan) -> tuple[Doctors, DoctorPeriods]:
    """Everybody who is or was a doctor of a list, with exactly the planned number of GPs on the day."""
    rng = stream(plan.seed, "doctors")
    holder = _holders(rng, lists, plan.gps)
    with_gp = np.flatnonzero(~lists.vacant)
    now = month_number(plan.as_of)
    took_over = np.where(
        rng.random(len(with_gp)) < _PREDECESSORS,
        np.maximum(lists.start[with_gp], now - rng.exponential(_MEAN_SERVICE_MONTHS, len(with_gp)).astype(np.int64)),
        lists.start[with_gp],
    )
    before = with_gp[took_over > lists.start[with_gp]]
    vacant = np.flatnonzero(lists.vacant)
    left = now - np.where(lists.over_year[vacant], rng.integers(14, 39, len(vacant)), rng.integers(1, 11, len(vacant)))
    former = plan.gps + np.arange(len(before) + len(vacant))
    serving, stands_in = _substitutes(rng, vacant, with_gp, plan.substitutes)
    locums = plan.gps + len(former) + np.arange(len(serving))
    first = day_of_month_number
    periods = [
        (with_gp, holder, Relationship.REGULAR, _percentages(rng, len(with_gp)), first(took_over), None),
        (before, former[: len(before)], Relationship.REGULAR, 100, first(lists.start[before]),
         first(took_over[took_over > lists.start[with_gp]])),
        (vacant, former[len(before) :], Relationship.REGULAR, 100, first(lists.start[vacant]), first(left)),
        (serving, locums, Relationship.SUBSTITUTE, 100, first(now - 1 - rng.integers(0, 9, len(serving))), None),
    ]  # fmt: skip
    since = np.full(plan.gps + len(former) + len(locums), now)
    np.minimum.at(since, holder, took_over)
    since[former] = np.concatenate([lists.start[before], lists.start[vacant]])
    doctors = _people(rng, plan, since, stands_in)
    posts = first_posts(lists, count=plan.in_first_posts, as_of=plan.as_of, seed=plan.seed)
    newest = len(since) + np.arange(len(posts.list_))
    periods.append((posts.list_, newest, Relationship.LIS1, 100, posts.start, posts.end))
    return _with_newest(doctors, posts), _periods(periods)


def _with_newest(doctors: Doctors, posts: FirstPosts) -> Doctors:
    none = np.full(len(posts.list_), _NO_DAY, np.int32)
    return Doctors(
        birth=np.concatenate([doctors.birth, posts.birth]),
        sex=np.concatenate([doctors.sex, posts.sex]),
        specialist_since=np.concatenate([doctors.specialist_since, none]),
        training_since=np.concatenate([doctors.training_since, none]),
    )


def _holders(rng: np.random.Generator, lists: Lists, gps: int) -> Counts:
    """Doctor of each list with a GP, in order of list; as many as must hold a second list of the same municipality."""
    units = lists.unit[~lists.vacant]
    doubles = len(units) - gps
    large = np.flatnonzero((units[1:] == units[:-1]) & (np.bincount(units)[units[1:]] >= 4)) + 1
    # Every second candidate at most, so that nobody gets a third list.
    chosen = np.sort(rng.permutation(large[::2])[:doubles])
    return np.arange(len(units)) - np.searchsorted(chosen, np.arange(len(units)), side="right")


def _substitutes(
    rng: np.random.Generator, vacant: Counts, with_gp: Counts, count: int
) -> tuple[Counts, NDArray[np.bool_]]:
    served = vacant[np.sort(rng.permutation(len(vacant))[: len(vacant) - _WITHOUT_SUBSTITUTE])]
    served = served[:count]
    others = with_gp[np.sort(rng.permutation(len(with_gp))[: count - len(served)])]
    lists = np.concatenate([served, others])
    return lists, np.ones(len(lists), bool)


def _percentages(rng: np.random.Generator, count: int) -> Counts:
    return rng.choice(np.array([100, 80, 60, 50]), count, p=[0.8, 0.12, 0.05, 0.03])


def _periods(parts: list[tuple]) -> DoctorPeriods:
    columns: list[list[NDArray]] = [[] for _ in range(7)]
    for list_, doctor, relationship, percentage, start, end in parts:
        size = len(list_)
        ended = end is not None
        row = (
            list_,
            doctor,
            np.full(size, relationship.value, object),
            np.broadcast_to(percentage, size),
            start,
            end if ended else np.full(size, _NO_DAY, np.int32),
            np.full(size, "left" if ended else "", object),
        )
        for column, values in zip(columns, row, strict=True):
            column.append(values)
    joined = [np.concatenate(column) for column in columns]
    order = np.lexsort((joined[4], joined[2].astype(str), joined[1], joined[0]))
    return DoctorPeriods(*(column[order] for column in joined))


def _people(rng: np.random.Generator, plan: DoctorPlan, since: Counts, stands_in: NDArray[np.bool_]) -> Doctors:
    count, today = len(since), day_number(plan.as_of)
    began = day_of_month_number(since).astype(float)
    age_then = 27 + rng.gamma(2.2, 3.0, count)
    born = began - np.minimum(age_then, 55) * _YEAR
    oldest_gp = today - 74 * _YEAR
    gps = np.arange(count) < plan.gps
    birth = np.where(gps, np.maximum(born, oldest_gp), born).astype(np.int32)
    women = np.zeros(count, bool)
    # The younger the more often a woman, with an exact number among the GPs.
    chance = rng.random(count) + 0.8 * np.argsort(np.argsort(-birth)) / count
    women[np.argsort(chance[: plan.gps], kind="stable")[: plan.women]] = True
    women[plan.gps :] = rng.random(count - plan.gps) < 0.5
    experience = np.maximum(today - birth - 33 * _YEAR, 0) * rng.random(count)
    specialist = np.zeros(count, bool)
    specialist[np.argsort(-experience[: plan.gps], kind="stable")[: plan.specialists]] = True
    specialist[plan.gps :] = (rng.random(count - plan.gps) < 0.24) & (experience[plan.gps :] > 0)
    became = np.minimum(birth + (33 + 5 * rng.random(count)) * _YEAR, today - 30).astype(np.int32)
    training = np.minimum(birth + (29 + 4 * rng.random(count)) * _YEAR, today - 400).astype(np.int32)
    in_training = specialist | (rng.random(count) < 0.85)
    training = np.where(specialist, np.minimum(training, became - 365), training)
    return Doctors(
        birth=birth,
        sex=np.where(women, Sex.FEMALE.value, Sex.MALE.value).astype(np.int8),
        specialist_since=np.where(specialist, became, _NO_DAY).astype(np.int32),
        training_since=np.where(in_training, training, _NO_DAY).astype(np.int32),
    )
