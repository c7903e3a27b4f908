"""Lists, offices, doctors and their periods as rows of the snapshot."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fastlege.kernel.identifiers import synthetic_hpr_numbers, synthetic_organisation_numbers
from fastlege.kernel.snapshot_tables import TABLES
from fastlege.kernel.vocabulary import ListStatus
from fastlege.simulation.columns import NO_DAY, days, days_or_none, words
from fastlege.simulation.months import day_of_month_number
from fastlege.simulation.nation import Nation
from fastlege.simulation.practices.names import doctor_names, languages

_STATUSES = (ListStatus.OPEN.value, ListStatus.CLOSED.value, ListStatus.LOCKED.value)
_NOTICE_DAYS = 60
"""From agreement to start of a contract; assumed."""


def practice_tables(nation: Nation, kept_lists: NDArray[np.bool_]) -> dict[str, pa.Table]:
    """The tables of lists, offices, doctors and doctor periods, for the lists that are kept."""
    lists = np.flatnonzero(kept_lists)
    periods = np.flatnonzero(kept_lists[nation.doctor_periods.list_])
    return {
        "lists": _lists(nation, lists),
        "offices": _offices(nation, np.unique(nation.offices.of_list[lists])),
        "doctors": _doctors(nation, np.unique(nation.doctor_periods.doctor[periods])),
        "doctor_periods": _periods(nation, periods),
    }


def _nine_digits(numbers: NDArray[np.int64]) -> pa.Array:
    return pa.array([f"{number:09d}" for number in numbers.tolist()], pa.string())


def _lists(nation: Nation, kept: NDArray[np.int64]) -> pa.Table:
    lists, offices = nation.lists, nation.offices
    office = offices.of_list
    number = np.arange(len(lists)) - np.searchsorted(office, office) + 1
    names = [f"{offices.names[office[place]]}, liste {number[place]}" for place in kept]
    status = np.where(lists.locked, 2, np.where(lists.closed, 1, 0))[kept]
    start = day_of_month_number(lists.start[kept])
    nothing = pa.nulls(len(kept))
    return pa.table(
        {
            "list_id": kept + 1,
            "name": pa.array(names, pa.string()),
            "municipality": words(lists.unit[kept], nation.codes),
            "office_id": office[kept] + 1,
            "cap": lists.cap[kept].astype(np.int32),
            "status": words(status, _STATUSES),
            "salaried": lists.salaried[kept],
            "shared_group": nothing,
            "agreement_date": days(start - _NOTICE_DAYS),
            "start": days(start),
            "end": nothing,
            "end_reason": nothing,
        }
    ).cast(TABLES["lists"].schema)


def _offices(nation: Nation, kept: NDArray[np.int64]) -> pa.Table:
    offices = nation.offices
    return pa.table(
        {
            "office_id": kept + 1,
            "name": pa.array([offices.names[place] for place in kept], pa.string()),
            "organisation_number": _nine_digits(synthetic_organisation_numbers(kept + 1)),
            "municipality": words(offices.unit[kept], nation.codes),
            "latitude": offices.latitude[kept],
            "longitude": offices.longitude[kept],
            "services": pa.array([offices.services[place] for place in kept], pa.list_(pa.string())),
        }
    ).cast(TABLES["offices"].schema)


def _doctors(nation: Nation, kept: NDArray[np.int64]) -> pa.Table:
    doctors = nation.doctors
    return pa.table(
        {
            "doctor_id": kept + 1,
            "hpr": _nine_digits(synthetic_hpr_numbers(kept + 1)),
            "name": pa.array(doctor_names(nation.seed, kept, doctors.sex[kept]), pa.string()),
            "birth_date": days(doctors.birth[kept]),
            "sex": doctors.sex[kept],
            "languages": pa.array(languages(nation.seed, kept), pa.list_(pa.string())),
            "specialist_since": days_or_none(doctors.specialist_since[kept]),
            "training_since": days_or_none(doctors.training_since[kept]),
        }
    ).cast(TABLES["doctors"].schema)


def _periods(nation: Nation, kept: NDArray[np.int64]) -> pa.Table:
    periods = nation.doctor_periods
    ended = periods.end[kept] != NO_DAY
    return pa.table(
        {
            "list_id": periods.list_[kept] + 1,
            "doctor_id": periods.doctor[kept] + 1,
            "relationship": pa.array(periods.relationship[kept].tolist(), pa.string()),
            "working_percentage": periods.percentage[kept].astype(np.int8),
            "start": days(periods.start[kept]),
            "end": days_or_none(periods.end[kept]),
            "end_reason": pa.array(periods.end_reason[kept].tolist(), pa.string(), mask=~ended),
        }
    ).cast(TABLES["doctor_periods"].schema)
