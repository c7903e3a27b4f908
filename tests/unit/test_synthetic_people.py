import pytest
from nation_sql import open_snapshot

# Each query counts rows that must not be there.
NEVER = {
    "a mother who is not in the snapshot": """
        select * from persons p anti join persons m on p.mother_id = m.person_id where p.mother_id is not null""",
    "a father who is not in the snapshot": """
        select * from persons p anti join persons f on p.father_id = f.person_id where p.father_id is not null""",
    "a mother who is a man or too young": """
        select * from persons p join persons m on p.mother_id = m.person_id
        where m.sex <> 2 or m.birth_date > p.birth_date - interval 16 year""",
    "a father who is a woman or too young": """
        select * from persons p join persons f on p.father_id = f.person_id
        where f.sex <> 1 or f.birth_date > p.birth_date - interval 16 year""",
    "a child at home without a parent": """
        select * from persons
        where birth_date > as_of() - interval 17 year and mother_id is null and father_id is null""",
    "a household in two basic units": """
        select household_id from persons group by 1 having count(distinct basic_unit) > 1""",
    "a person whose basic unit lies in another municipality": """
        select * from persons p join basic_units b using (basic_unit) where p.municipality <> b.municipality""",
    "a person born on the day or later": "select * from persons where birth_date >= as_of()",
    "a resident who is neither on a list nor unplaced": """
        select * from persons p where status = 'resident'
        and not exists (select 1 from memberships m where m.person_id = p.person_id and m."end" is null)
        and not exists (select 1 from unplaced u where u.person_id = p.person_id)""",
    "a person without a list who is on one": """
        select * from memberships m where "end" is null and (person_id in (select person_id from unplaced)
        or person_id in (select person_id from persons where status = 'opted_out'))""",
    "two lists at a time": """
        select * from memberships a join memberships b using (person_id)
        where a.start < b.start and (a."end" is null or a."end" > b.start)""",
    "a membership before birth, before its list or after the day": """
        select * from memberships m join persons p using (person_id) join lists l using (list_id)
        where m.start <= p.birth_date or m.start < l.start or m.start > as_of()""",
    "a membership that ends before it starts": 'select * from memberships where "end" <= start',
    "a reason for an end that has not come": 'select * from memberships where ("end" is null) <> (end_reason is null)',
    "a queue place on one's own list": """
        select * from queue q join memberships m using (person_id, list_id) where m."end" is null""",
    "a queue for an open list without room": """
        select * from queue join list_state using (list_id) where status = 'open' and room <= 0""",
    "a queue place asked for after the day": "select * from queue where requested_at >= as_of()",
    "more than one queue place in 2023": "select * from queue where rank > 1",
    "a family that waits for different lists": """
        select family_id from queue where family_id is not null group by 1
        having count(distinct list_id) > 1 or count(distinct requested_at) > 1""",
    "a switch that is no change of membership": """
        select * from switches s anti join memberships m
        on s.person_id = m.person_id and s.to_list = m.list_id and s."on" = m.start where s."on" <= as_of()""",
    "a coming switch that is not from where one stands to an open list with room": """
        select * from switches s left join memberships m on m.person_id = s.person_id and m."end" is null
        left join list_state l on l.list_id = s.to_list
        where s."on" > as_of() and not (s.from_list = m.list_id and s.to_list <> m.list_id and l.status = 'open'
            and l.room > 0 and s.chosen and s.reason = 'chosen_direct')""",
    "a coming switch of somebody who waits": """
        select * from switches join queue using (person_id) where "on" > as_of()""",
    "a switch more than a year ago": """select * from switches where "on" <= as_of() - interval 1 year""",
    "an open list without room, or a closed one with much": """
        select * from list_state where (status = 'open' and room <= 0) or (status = 'closed' and room >= 10)""",
    "a list above the highest cap": "select * from lists where cap > 2500 or cap < 1",
    "a GP in office before the list began": """
        select * from doctor_periods d join lists l using (list_id)
        where d.start < l.start and relationship = 'regular'""",
    "a doctor too young for a first day": """
        select * from doctor_periods join doctors using (doctor_id) where start < birth_date + interval 25 year""",
    "two regular GPs on one list": """
        select * from doctor_periods a join doctor_periods b using (list_id) where a.relationship = 'regular'
        and b.relationship = 'regular' and a.start < b.start and (a."end" is null or a."end" > b.start)""",
}


@pytest.fixture(scope="module")
def snapshot(small_snapshot):
    connection = open_snapshot(small_snapshot)
    connection.execute("create macro as_of() as (select value::date from meta where key = 'as_of')")
    return connection


@pytest.mark.parametrize("what", NEVER)
def test_a_synthetic_nation_never_holds(snapshot, what):
    assert snapshot.execute(f"select count(*) from ({NEVER[what]})").fetchone() == (0,)


@pytest.mark.parametrize(
    ("measure", "lowest", "highest"),
    [
        ("avg((sex = 2)::int)", 0.47, 0.53),
        ("avg((birth_date > date '2005-10-01')::int)", 0.18, 0.22),
        ("avg((birth_date < date '1953-10-01')::int)", 0.11, 0.16),
        ("avg((mother_id is not null)::int)", 0.35, 0.55),
        ("count(*) / count(distinct household_id)", 1.6, 2.3),
        ("avg(gp_use)", 5.0, 7.0),
    ],
)
def test_people_are_like_a_population(snapshot, measure, lowest, highest):
    (value,) = snapshot.execute(f"select {measure} from persons").fetchone()
    assert lowest < value < highest


def test_every_table_is_sorted_by_its_key(small_snapshot):
    from fastlege.kernel.snapshot import Snapshot
    from fastlege.kernel.snapshot_tables import TABLES

    snapshot = Snapshot(small_snapshot)
    unsorted = []
    for name, contract in TABLES.items():
        rows = snapshot.table(name, list(contract.key)).to_pylist()
        keys: list[tuple] = [tuple(row.values()) for row in rows]
        if keys != sorted(set(keys)):
            unsorted.append(name)
    assert unsorted == []


def test_a_months_share_of_the_direct_switches_is_granted_for_the_coming_month(snapshot):
    """Of 1 000 residents 56 chose another list in a year, half of them directly: 2.3 a month, where there is room."""
    (granted, residents) = snapshot.execute("""
        select (select count(*) from switches where "on" > as_of()),
        (select count(*) from memberships where "end" is null)""").fetchone()
    assert 1.0 < 1000 * granted / residents < 2.4
