"""The published values that the definition of a figure is to carry: those of the whole country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tools.published import names
from tools.published.printed import ANNUAL, STATUS, reading, rows

Printed = tuple[str, str, str, str]
"""Table, period, group and value."""
Found = Iterator[tuple[str, Printed]]


def to_be_carried() -> dict[str, set[Printed]]:
    """For each figure that a published table has for the whole country, its values there."""
    found: dict[str, set[Printed]] = defaultdict(set)
    for source in (
        _status_report,
        _people,
        _appendix,
        _key_figures,
        _contacts,
        _expenditure,
        _basic_funding,
        _diagnoses,
    ):
        for figure, printed in source():
            found[figure].add(printed)
    return found


def _status_report() -> Found:
    for row in rows(STATUS, "1.1"):
        if row["measure"] == "value":
            yield names.STATUS_1_1[row["indicator"]], ("1.1", row["period"], "", row["value"])
    for row in rows(STATUS, "1.2"):
        key = row["age_group"], row["specialist_status"]
        if row["measure"] == "new_gps" and key in names.ENTERED:
            yield "gps_new", ("1.2", "2023-01/2023-09", names.ENTERED[key], row["value"])
    for number, figure in names.PER_100.items():
        for row in rows(STATUS, number):
            if row["contact_type"].startswith("all_") and row["measure"].startswith("per_100"):
                yield figure, (number, row["period"], "", row["value"])


def _people() -> Found:
    for row in rows(STATUS, "1.3"):
        figure = names.STATUS_1_3[row["indicator"]]
        text = row["share_pct"] if figure.startswith("share") else row["persons"]
        # The residents of table 1.3 are contradicted by those of tables 1.1 and V1.14 (note N3).
        if row["indicator"] != "list_residents":
            yield figure, ("1.3", "2023-09", "", text)
        if figure == "residents_without_gp":
            yield "share_residents_without_gp", ("1.3", "2023-09", "", row["share_pct"])


def _appendix() -> Found:
    for number in ("V1.12", "V1.14"):
        for row in rows(STATUS, number):
            if (row["block"], row["level"]) == ("size_group", "country") and "change" not in row["measure"]:
                yield names.STATUS_V1[number], (number, row["period"], "", row["value"])
    for row in rows(STATUS, "V1.15"):
        if row["level"] == "country":
            for figure, column in names.COLUMNS_OF_V1_15.items():
                yield figure, ("V1.15", "2023-10", "", row[column])


def _key_figures() -> Found:
    for row in rows(ANNUAL, "11.1"):
        indicator = row["indicator"]
        if row["measure"] != "level" or not row["value"] or indicator in names.PRINTED_TWICE:
            continue
        whole_year = indicator in names.OF_WHOLE_YEARS
        figure = names.OF_WHOLE_YEARS[indicator] if whole_year else names.ANNUAL_11_1[indicator]
        text = row["value"] + "000" * indicator.endswith("_thousand")
        yield figure, ("11.1", row["period"][:4] if whole_year else row["period"], "", text)


def _contacts() -> Found:
    for number, (figure, column) in names.OF_CONTACTS.items():
        for row in rows(ANNUAL, number):
            kinds = () if row[column] == "total" else names.KINDS[row[column]]
            if len(kinds) > 1:
                continue
            group = kinds[0] if kinds else ""
            yield figure, (number, row["period"], group, row["value"])
            if alone := names.OF_ONE_TYPE.get((figure, group)):
                yield alone, (number, row["period"], "", row["value"])


def _expenditure() -> Found:
    for figure, number in names.EXPENDITURE.items():
        for row in rows(ANNUAL, number):
            if row["measure"] != "expenditure" or row["item"] == "grants" or row["row_type"] == "heading":
                continue
            if row["row_type"] in ("component", "total") and (text := reading(row)):
                yield figure, (number, row["period"], "" if row["item"] == "total" else row["item"], text)


def _basic_funding() -> Found:
    for row in rows(ANNUAL, "8.5"):
        key = row["pay_form"], row["component"], row["list_status"]
        groups = [part for part in key if part not in ("all", "sum")]
        if len(groups) < 2:
            yield "basic_funding", ("8.5", row["period"], "".join(groups), f"{Decimal(reading(row)) / 1000:.3f}")


def _diagnoses() -> Found:
    for row in rows(ANNUAL, "16.1b"):
        figure = f"diagnoses_by_{names.MEDIA[row['form']]}"
        yield figure, ("16.1", row["period"], row["diagnosis_code"], row["value"])
