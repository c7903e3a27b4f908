"""The status report of autumn 2023: tables 1.2-4.6, and the contacts of its appendix."""

from __future__ import annotations

from tools.published.identities.key_figures import listed
from tools.published.identities.ledger import Ledger
from tools.published.printed import NOTHING, STATUS, Range, Table, exactly, rounded, rows

HALVES = ["2019H1", "2020H1", "2021H1", "2022H1", "2023H1"]
ENTERED = ["non_specialist", "specialist"]
CONSULTATIONS = ["physical_consultation", "e_consultation", "home_visit"]
GRANTS = ["alis_grants", "supervision_grants", "amount_applied_for"]
ALL, GP, DUTY = (
    "all_consultations_incl_home_visits",
    "all_gp_consultations_incl_home_visits",
    "all_emergency_consultations_incl_home_visits",
)


def chapters(found: Ledger, key_figures: Table) -> None:
    """Chapters 1 (but 1.1), 2, 3 and 4."""
    _entered(found)
    _waiting(found, key_figures)
    _training_grants(found, key_figures)
    _use(found)
    _contacts_by_kind(found)
    _contacts_by_area(found)
    _nursing_homes(found)


def _entered(found: Ledger) -> None:
    new = Table(STATUS, "1.2", "age_group", "specialist_status", measure="new_gps")
    shares = Table(STATUS, "1.2", "age_group", "specialist_status", measure="share_of_column")
    found.sums(new, 0, "all", [age for age in new.values(0) if age != "all"], counts=True)
    found.sums(new, 1, "all", ENTERED, counts=True)
    for age, kind in shares.texts:
        found.equal(
            "1.2", f"share {age} {kind}", new.count(age, kind) / new.count("all", kind) * 100, shares.at(age, kind)
        )


def _waiting(found: Ledger, key_figures: Table) -> None:
    persons = {row["indicator"]: row for row in rows(STATUS, "1.3")}
    number = {name: exactly(row["persons"]) for name, row in persons.items()}
    whole = number["residents_on_lists_with_gp"] + number["residents_on_unoccupied_lists"]
    found.equal("1.3", "residents with and without", whole, number["list_residents"])
    for name, row in persons.items():
        if row["share_base"]:
            found.equal(
                "1.3", f"share {name}", number[name] / number[row["share_base"]] * 100, rounded(row["share_pct"])
            )
    for name, beside in (
        ("residents_on_lists_with_gp", key_figures.count("residents_with_gp", "2023Q3")),
        ("residents_on_unoccupied_lists", key_figures.count("residents_without_gp", "2023Q3")),
        ("list_residents", listed(key_figures, "2023Q3")),
    ):
        found.equal("1.3", f"equals 1.1 {name}", beside, number[name])


def _training_grants(found: Ledger, key_figures: Table) -> None:
    doctors = Table(STATUS, "2.2", "indicator", "period", measure="value")
    found.changes(doctors, Table(STATUS, "2.2", "indicator", "period", measure="change"), 1, percent=False, counts=True)
    totals: dict[str, str] = {}
    for number, area in (("2.3", "centrality"), ("2.4", "area"), ("2.5", "area")):
        cells = Table(STATUS, number, "level", area, "measure")
        (total,) = [key[1] for key in cells.texts if key[0] == "country" and key[2] == GRANTS[0]]
        for measure in GRANTS:
            of = [cells.count(*key) for key in cells.texts if key[0] != "country" and key[2] == measure]
            printed = totals.setdefault(measure, cells.text("country", total, measure))
            found.equal(number, f"sum {measure}", sum(of, start=NOTHING), cells.count("country", total, measure))
            found.note(number, f"total as in 2.3 {measure}", printed == cells.text("country", total, measure))
    budget = Table(STATUS, "2.1", "indicator", "year")
    millions = exactly(totals["amount_applied_for"]) / exactly(10**6)
    found.equal("2.1", "millions of 2.3", millions, budget.at("amount_applied_for", "2023"))
    lists = Table(STATUS, "2.6", "specialist_status", "alis_grant_2023")
    found.sums(lists, 0, "all", ENTERED, counts=True)
    found.sums(lists, 1, "all", ["no", "yes"], counts=True)
    for kind, beside in (("all", "lists_with_gp"), ("specialist", "gps_specialist")):
        found.same((lists, (kind, "all")), (key_figures, (beside, "2023Q3")))


def _numbers(number: str, measure: str = "consultations") -> Table:
    return Table(STATUS, number, "contact_type", "period", measure=measure)


def _use(found: Ledger) -> None:
    use, gp, duty = (_numbers(number) for number in ("3.1", "3.2", "3.3"))
    visits = _numbers("3.4", "home_visits")
    found.sums(visits, 0, "home_visits_total", ["home_visits_gp", "home_visits_emergency"], counts=True)
    for half in HALVES:
        parts = use.count("physical_consultation", half) + use.count("e_consultation", half)
        whole = parts + visits.count("home_visits_total", half)
        found.equal("3.1", f"kinds {half}", whole, use.count(ALL, half))
        found.equal("3.1", f"3.2 and 3.3 {half}", gp.count(GP, half) + duty.count(DUTY, half), use.count(ALL, half))
        # One number of residents lies behind all rates of a half-year: what they allow must have something in common.
        allowed = [
            cells.count(kind, half) / _numbers(cells.number, "per_100_list_residents").at(kind, half) * 100
            for cells in (use, gp, duty)
            for kind in cells.values(0)
        ]
        common = Range(max(each.low for each in allowed), min(each.high for each in allowed))
        found.note("3.1", f"one number of residents {half}", common.low <= common.high, str(common))
    for cells in (use, gp, duty, visits):
        found.changes(cells, _numbers(cells.number, "pct_change"), 1, percent=True, counts=True)


def _contacts_by_kind(found: Ledger) -> None:
    gp, duty = _numbers("V3.2", "contacts"), _numbers("V3.3", "contacts")
    visits = _numbers("3.4", "home_visits")
    for cells in (gp, duty):
        found.changes(cells, _numbers(cells.number, "pct_change"), 1, percent=True, counts=True)
    for half in HALVES:
        for cells, number, whole in ((gp, "3.2", GP), (duty, "3.3", DUTY)):
            computed = sum((cells.count(kind, half) for kind in CONSULTATIONS), start=NOTHING)
            found.equal(cells.number, f"equals {number} {half}", computed, _numbers(number).count(whole, half))
        for kind in CONSULTATIONS[:2]:
            computed = gp.count(kind, half) + duty.count(kind, half)
            found.equal("V3.2", f"and V3.3 equal 3.1 {kind} {half}", computed, _numbers("3.1").count(kind, half))
        for cells, who in ((gp, "home_visits_gp"), (duty, "home_visits_emergency")):
            printed = visits.count(who, half)
            found.equal(cells.number, f"equals 3.4 {who} {half}", cells.count("home_visit", half), printed)


def _contacts_by_area(found: Ledger) -> None:
    whole: dict[tuple[str, str, str], Range] = {}
    for number in ("V3.4", "V3.5", "V3.6", "V3.7", "V3.8"):
        cells = Table(STATUS, number, "level", "area", "period", measure="contacts")
        found.changes(cells, Table(STATUS, number, "level", "area", "period", measure="pct_change"), 2,
                      percent=True, counts=True)  # fmt: skip
        for half in HALVES:
            for level in cells.values(0):
                of = [cells.count(*key) for key in cells.texts if key[0] == level and key[2] == half]
                whole[number, level, half] = sum(of, start=NOTHING)
            both = (whole[number, "county", half], whole[number, "size_group", half])
            found.equal(number, f"counties and size groups {half}", *both)
    visits = _numbers("3.4", "home_visits")
    for half in HALVES:
        for number, who in (("V3.4", "home_visits_gp"), ("V3.6", "home_visits_emergency")):
            found.equal(number, f"equals 3.4 {half}", whole[number, "county", half], visits.count(who, half))
        for number, beside, kind in (("V3.4", "V3.2", "home_visit"), ("V3.5", "V3.2", "e_consultation"),
                                     ("V3.6", "V3.3", "home_visit")):  # fmt: skip
            printed = _numbers(beside, "contacts").count(kind, half)
            found.equal(number, f"equals {beside} {half}", whole[number, "county", half], printed)
        by_hour = whole["V3.7", "county", half] + whole["V3.8", "county", half]
        physical = _numbers("V3.3", "contacts").count("physical_consultation", half)
        found.equal("V3.7", f"and V3.8 equal V3.3 {half}", by_hour, physical)


def _nursing_homes(found: Ledger) -> None:
    for number, inside in (("4.3", "4.4"), ("4.5", "4.6"), ("4.1", "4.2")):
        groups = Table(STATUS, inside, "area", "year")
        for row in rows(STATUS, number):
            if number == "4.1" and not row["measure"].startswith("median"):
                continue
            values = [float(groups.text(area, row["year"])) for area in groups.values(0)]
            found.note(
                number,
                f"within the groups of {inside} {row['year']}",
                min(values) <= float(row["value"]) <= max(values),
            )
    kinds: dict[str, set[str]] = {}
    for row in rows(STATUS, "V3.1"):
        if row["code_kind"] == "code":
            kinds.setdefault(row["tariff_code"], set()).add(row["contact_type"])
    for code, types in kinds.items():
        found.note("V3.1", f"one type {code}", len(types) == 1)
