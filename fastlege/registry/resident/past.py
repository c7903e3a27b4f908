"""What has been: the lists a person has stood on, the switches that count, what was done, and who has looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fastlege.access.viewers import Viewer
from fastlege.registry.resident.people import may_act_for, rows
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.switching import effective_day

_MOST = 100

# The name that people knew a list by on a day: that of its regular GP, or of the list.
_NAME = """coalesce((select d.name from doctor_periods r join doctors d using (doctor_id)
    where r.list_id = {gp_list}.list_id and r.relationship = 'regular'
      and r.start <= {day} and (r."end" is null or r."end" > {day})), {gp_list}.name)"""
_FROM = _NAME.format(gp_list="f", day='{row}."on" - 1')
_TO = _NAME.format(gp_list="t", day='{row}."on"')
_STAY = f"""
select m.list_id, {_NAME.format(gp_list="l", day='least(m."end" - 1, greatest(m.start, %(on)s::date))')},
  m.start, m."end", m.begin_reason, m.end_reason from memberships m join lists l using (list_id)
where m.person_id = %(person)s
"""


@dataclass(frozen=True)
class PastPlace:
    """A stay on a list; `start` is none when the register does not reach back to it."""

    list_id: int
    name: str
    start: date
    end: date | None
    begin_reason: str
    end_reason: str | None


@dataclass(frozen=True)
class PastSwitch:
    """A move from list to list in the year, and whether it counts as one of the person's own."""

    on: date
    from_name: str | None
    to_name: str | None
    reason: str
    counts: bool


@dataclass(frozen=True)
class Done:
    """Something that was done with a person's place."""

    on: date
    kind: str
    from_name: str | None
    to_name: str | None
    reason: str | None


@dataclass(frozen=True)
class Look:
    """One look at a person's register by somebody else."""

    at: datetime
    role: str
    purpose: str


@dataclass(frozen=True)
class SwitchesLeft:
    """How many switches one has in the year in which the next would take effect, and what was used.

    `replaced` says whether one of the used takes effect on the day that the next one would: that one it would replace.
    """

    year: int
    most: int
    used: int
    replaced: bool
    extra: int

    @property
    def left(self) -> int:
        """Never below nought: a switch after a move may have come on top."""
        return max(0, self.most - self.used)

    @property
    def spent(self) -> bool:
        """Whether the next switch would have to be applied for."""
        return self.left == 0 and self.extra == 0 and not self.replaced


@dataclass(frozen=True)
class History:
    """All that the history page tells."""

    places: list[PastPlace]
    switches: list[PastSwitch]
    left: SwitchesLeft
    done: list[Done]


def history(viewer: Viewer, person_id: int, *, on: date) -> History:
    """The history of one person whom the viewer chooses for."""
    may_act_for(viewer, person_id, on=on)
    left = _left(person_id, on=on)
    values = {"person": person_id, "on": on, "year": left.year, "most": _MOST}
    places = rows(
        f"{_STAY} and m.start <= %(on)s order by m.start desc limit %(most)s",
        values,
    )
    switches = rows(
        f"""select s."on", {_FROM.format(row="s")}, {_TO.format(row="s")}, s.reason, s.chosen from switches s
           left join lists f on f.list_id = s.from_list_id left join lists t on t.list_id = s.to_list_id
           where s.person_id = %(person)s and extract(year from s."on") = %(year)s order by s."on", s.id""",
        values,
    )
    done = rows(
        f"""select e."on", e.kind, {_NAME.format(gp_list="f", day='e."on"')}, {_NAME.format(gp_list="t", day='e."on"')},
             e.reason from events e
           left join lists f on f.list_id = e.from_list_id left join lists t on t.list_id = e.to_list_id
           where e.person_id = %(person)s order by e.id desc limit %(most)s""",
        values,
    )
    return History(
        [PastPlace(*row) for row in places], [PastSwitch(*row) for row in switches], left, [Done(*row) for row in done]
    )


def last_stay(viewer: Viewer, person_id: int, list_id: int, *, on: date) -> PastPlace | None:
    """The last stay on a list, one that is to come among them; none when there is none."""
    may_act_for(viewer, person_id, on=on)
    found = rows(
        f"{_STAY} and m.list_id = %(list)s order by m.start desc limit 1",
        {"person": person_id, "on": on, "list": list_id},
    )
    return PastPlace(*found[0]) if found else None


def switches_left(viewer: Viewer, person_id: int, *, on: date) -> SwitchesLeft:
    """How many switches a person has left in the year in which the next one would take effect."""
    may_act_for(viewer, person_id, on=on)
    return _left(person_id, on=on)


def _left(person_id: int, *, on: date) -> SwitchesLeft:
    book = load_rulebook()
    start = effective_day(on, book=book)
    ((used, replaced, extra),) = rows(
        """select (select count(distinct s."on") from switches s where s.person_id = %(person)s and s.chosen
             and extract(year from s."on") = %(year)s),
           exists (select from switches s where s.person_id = %(person)s and s.chosen and s."on" = %(start)s),
           (select count(*) from extra_switches x where x.person_id = %(person)s and x.used_on is null)""",
        {"person": person_id, "year": start.year, "start": start},
    )
    return SwitchesLeft(start.year, book.whole("switch.max_per_year", on=start), used, replaced, extra)


def looks_at(viewer: Viewer, person_id: int, *, on: date) -> list[Look]:
    """Who has looked at a person, the latest first."""
    may_act_for(viewer, person_id, on=on)
    return [
        Look(*row)
        for row in rows(
            """select at, role, purpose from access_lookup where person_id = %(person)s
               order by id desc limit %(most)s""",
            {"person": person_id, "most": _MOST},
        )
    ]
