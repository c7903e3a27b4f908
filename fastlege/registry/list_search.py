"""Public reads of lists: the search, one list's page, and the choices of the search form. No persons but doctors.

Everyone may see this, so there is no viewer to check. The search is the site's busiest read: plain SQL, prepared once a
connection, with the queue counted for the rows of the page only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from fastlege.database.prepared import ask

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality or a part of one that a visitor named."""

    name: str
    municipality: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a visitor looks for. Empty means any; `near` sorts by distance and brings the place's own lists along.

    With `named` the text has to stand in a name wherever one searches near.
    """

    text: str = ""
    municipality: str = ""
    sex: int | None = None
    language: str = ""
    service: str = ""
    specialist: bool = False
    with_room: bool = False
    by_name: bool = False
    near: Place | None = None
    named: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class FoundList:
    """One row of a search: a list as the public may see it on the day."""

    list_id: int
    name: str
    status: str
    cap: int
    length: int
    doctor: str | None
    sex: int | None
    specialist: bool | None
    languages: list[str] | None
    office: str
    services: list[str]
    municipality: str
    kilometres: float | None
    waiting: int
    offered: int = 0

    @property
    def free(self) -> int:
        """Places that can be taken now: none of a list that is not open, nor those kept for who was offered one."""
        return max(0, self.cap - self.length - self.offered) if self.status == "open" else 0

    @property
    def kept(self) -> int:
        """Places below the cap that nobody else can take, since they have been offered to somebody."""
        return max(0, min(self.offered, self.cap - self.length)) if self.status == "open" else 0


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search and the number of lists on all its pages."""

    total: int
    rows: list[FoundList]

    @property
    def pages(self) -> int:
        """How many pages there are; an empty search has one."""
        return max(1, -(-self.total // PAGE_SIZE))


# Sorts as Norwegian does without ICU: æ, ø and å last, aa as å.
_IN_ORDER = """translate(replace(lower(l.name), 'aa', 'å'), 'æøåäö', '{|}{|') collate "C" """

_FROM = """
from lists l
join offices o on o.office_id = l.office_id
join municipalities m on m.municipality = l.municipality
left join doctor_periods p on p.list_id = l.list_id and p.relationship = 'regular'
  and p.start <= %(on)s and (p."end" is null or p."end" > %(on)s)
left join doctors d on d.doctor_id = p.doctor_id
where l.start <= %(on)s and (l."end" is null or l."end" > %(on)s)
"""

_COLUMNS = """l.list_id, l.name, l.status, l.cap, l.member_count, d.name as doctor, d.sex,
  d.specialist_since <= %(on)s as specialist, d.languages, o.name as office, o.services, m.name as municipality"""

_QUEUE = "(select count(*) from queue q where q.list_id = l.list_id)"
_OFFERED = "(select count(*) from offers f where f.list_id = l.list_id and f.state = 'open')"

# Great-circle distance by the haversine formula, on the mean radius of the earth.
_KILOMETRES = """2 * 6371.0 * asin(least(1, sqrt(
  power(sin(radians(o.latitude - %(latitude)s) / 2), 2)
  + cos(radians(%(latitude)s)) * cos(radians(o.latitude))
  * power(sin(radians(o.longitude - %(longitude)s) / 2), 2))))"""


@dataclass
class _Statement:
    """The parts of one search's SQL and its values."""

    values: dict[str, object]
    conditions: list[str] = field(default_factory=list)

    def add(self, condition: str, **values: object) -> None:
        self.conditions.append(condition)
        self.values.update(values)

    def sql(self, distance: str, order: str) -> str:
        where = "".join(f"\n  and {condition}" for condition in self.conditions)
        return (
            f"select l.*, {_QUEUE} as waiting, {_OFFERED} as offered from (select {_COLUMNS}, {distance} as kilometres,"
            f" count(*) over () as total {_FROM}{where}\norder by {order} limit {PAGE_SIZE} offset %(offset)s) l"
        )


def search(wanted: Wanted, *, on: date) -> Found:
    """One page of the lists that fit, those with room first, or by name, or nearest first."""
    rows = ask(*statement(wanted, on=on))
    if not rows and wanted.page > 1:
        # A page past the last has no row to carry the total; the first has.
        return Found(search(_first_page(wanted), on=on).total, [])
    return Found(rows[0][-3] if rows else 0, [FoundList(*row[:-3], *row[-2:]) for row in rows])


def statement(wanted: Wanted, *, on: date) -> tuple[str, dict[str, object]]:
    """The SQL of a search and its values."""
    parts = _Statement({"on": on, "offset": (wanted.page - 1) * PAGE_SIZE})
    _narrow(parts, wanted)
    if wanted.near:
        parts.values.update(latitude=wanted.near.latitude, longitude=wanted.near.longitude)
        return parts.sql(_KILOMETRES, "kilometres, l.list_id" if not wanted.by_name else _ORDER_NAME), parts.values
    return parts.sql("null::float8", _ORDER_NAME if wanted.by_name else _ORDER_ROOM), parts.values


_ORDER_NAME = f"{_IN_ORDER}, l.list_id"
_FREE = "case when l.status = 'open' then greatest(0, l.cap - l.member_count) else 0 end"
# A list with room and a GP before one with room and none.
_ORDER_ROOM = f"({_FREE} > 0 and d.doctor_id is not null) desc, {_FREE} desc, {_ORDER_NAME}"


def _narrow(parts: _Statement, wanted: Wanted) -> None:
    if wanted.text:
        _narrow_by_text(parts, wanted)
    if wanted.municipality:
        parts.add("l.municipality = %(municipality)s", municipality=wanted.municipality)
    if wanted.sex:
        parts.add("d.sex = %(sex)s", sex=wanted.sex)
    if wanted.language:
        parts.add("%(language)s = any(d.languages)", language=wanted.language)
    if wanted.service:
        parts.add("%(service)s = any(o.services)", service=wanted.service)
    if wanted.specialist:
        parts.add("d.specialist_since <= %(on)s")
    if wanted.with_room:
        parts.add("l.status = 'open' and l.cap > l.member_count")


def _narrow_by_text(parts: _Statement, wanted: Wanted) -> None:
    """Every word must stand in the list's, the doctor's, the office's or the municipality's name, or the place fits."""
    words = [_pattern(word) for word in wanted.text.split()]
    named = " and ".join(
        f"concat_ws(' ', l.name, d.name, o.name, m.name) ilike %(word{number})s" for number in range(len(words))
    )
    values: dict[str, object] = {f"word{number}": word for number, word in enumerate(words)}
    if wanted.near and not wanted.named:
        parts.add(f"(({named}) or l.municipality = %(place)s)", place=wanted.near.municipality, **values)
    else:
        parts.add(f"({named})", **values)


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _first_page(wanted: Wanted) -> Wanted:
    return Wanted(**{name: getattr(wanted, name) for name in Wanted.__slots__ if name != "page"})


def find_place(text: str) -> Place | None:
    """The place of exactly that name, a municipality or a part of one; of several the one with most people."""
    rows = ask(
        """select name, municipality, latitude, longitude from (
             select name, municipality, latitude, longitude, population from municipalities
             union all select name, municipality, latitude, longitude, population from basic_units) places
           where lower(name) = lower(%(text)s::text) order by population desc, municipality limit 1""",
        {"text": text},
    )
    return Place(*rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class ServingDoctor:
    """A doctor who serves a list on the day, and in which capacity."""

    name: str
    relationship: str
    working_percentage: int
    sex: int
    languages: list[str]
    specialist: bool | None


@dataclass(frozen=True, slots=True)
class PublicList:
    """What everyone may know of one list on the day."""

    found: FoundList
    municipality_code: str
    vacant_since: date | None
    doctors: list[ServingDoctor]


def public_list(list_id: int, *, on: date) -> PublicList | None:
    """One list that is in force on the day, or None."""
    rows = ask(
        f"select {_COLUMNS}, null::float8, {_QUEUE}, {_OFFERED}, l.municipality, l.start"
        f" {_FROM} and l.list_id = %(list_id)s",
        {"on": on, "list_id": list_id},
    )
    if not rows:
        return None
    found = FoundList(*rows[0][:15])
    doctors = _doctors(list_id, on=on)
    return PublicList(found, rows[0][15], None if found.doctor else _vacant_since(list_id, rows[0][16], on=on), doctors)


def _doctors(list_id: int, *, on: date) -> list[ServingDoctor]:
    rows = ask(
        """select d.name, p.relationship, p.working_percentage, d.sex, d.languages, d.specialist_since <= %(on)s
           from doctor_periods p join doctors d on d.doctor_id = p.doctor_id
           where p.list_id = %(list_id)s and p.start <= %(on)s and (p."end" is null or p."end" > %(on)s)
           order by p.relationship <> 'regular', p.start, d.doctor_id""",
        {"on": on, "list_id": list_id},
    )
    return [ServingDoctor(*row) for row in rows]


def _vacant_since(list_id: int, start: date, *, on: date) -> date:
    """The day the last regular GP left, or the list's first day when it never had one."""
    rows = ask(
        """select max("end") from doctor_periods
           where list_id = %(list_id)s and relationship = 'regular' and "end" <= %(on)s""",
        {"on": on, "list_id": list_id},
    )
    return rows[0][0] or start


@dataclass(frozen=True, slots=True)
class Choices:
    """What the search form offers, from what the register holds."""

    municipalities: list[tuple[str, str, str]]
    languages: list[str]
    services: list[str]


def choices(*, on: date) -> Choices:
    """Municipalities that have lists (county, code, name), languages that doctors speak and services of offices."""
    municipalities = ask(
        """select m.county_name, m.municipality, m.name from municipalities m
           where exists (select from lists l where l.municipality = m.municipality
             and l.start <= %(on)s and (l."end" is null or l."end" > %(on)s))
           order by m.county, translate(replace(lower(m.name), 'aa', 'å'), 'æøåäö', '{|}{|') collate "C" """,
        {"on": on},
    )
    languages = ask("select distinct unnest(languages) from doctors order by 1", {})
    services = ask("select distinct unnest(services) from offices order by 1", {})
    return Choices(municipalities, [row[0] for row in languages], [row[0] for row in services])


@dataclass(frozen=True, slots=True)
class RegisterDay:
    """Where the register's contents come from, and the day that they show."""

    on: date
    recipe: str


def register_day() -> RegisterDay | None:
    """The latest day that the register was loaded or exported for; None while it is empty."""
    rows = ask(
        """select greatest(s.begins, (select max("on") from snapshot_records)), coalesce(s.meta->>'recipe', '')
           from register_state s""",
        {},
    )
    return RegisterDay(*rows[0]) if rows else None


def sub_areas() -> Sequence[tuple[float, float, int, str]]:
    """Latitude, longitude, people and municipality of every sub-area, for the map."""
    return ask("select latitude, longitude, population, municipality from basic_units order by basic_unit", {})
