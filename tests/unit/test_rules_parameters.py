"""The rulebook: values by day, and refusals of a file that cannot be right."""

from datetime import date
from decimal import Decimal

import pytest

from fastlege.kernel.errors import DataError
from fastlege.rules.parameter_file import HEADER, ParameterRow, read_parameters
from fastlege.rules.parameters import Rulebook, load_rulebook
from fastlege.rules.units import UNITS

BOOK = load_rulebook()
COLUMNS = ",".join(HEADER)
FULL = "list.cap_max,2500,persons,2013-01-01,2025-12-31,FOR-2012-08-29-842 section 34,sourced,"
NEXT = "list.cap_max,2500,persons,2026-01-01,,FOR-2025-12-02-2405 section 10,sourced,"


def written(tmp_path, *rows, header=COLUMNS):
    path = tmp_path / "parameters.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def row(parameter="list.cap_max", value=2500, unit="persons", first=None, last=None, source="somewhere"):
    return ParameterRow(parameter, value, unit, first, last, source, "sourced")


def test_a_value_is_typed_by_its_unit():
    day = date(2026, 6, 1)
    assert BOOK.value("list.cap_max", on=day) == 2500
    assert BOOK.value("capitation.national_mean", on=date(2023, 7, 1)) == Decimal("841.80")
    assert BOOK.value("right.opt_out", on=day) is True
    assert BOOK.value("switch.cutoff_day", on=day) == "last"
    assert BOOK.value("service.booking_channels", on=day) == ("phone", "digital")
    assert BOOK.value("capitation.adjusted_start", on=day) == "2023-05-01"


def test_a_value_can_be_asked_for_by_kind():
    day = date(2026, 6, 1)
    assert BOOK.whole("list.cap_max", on=day) == 2500
    assert BOOK.decimal("capitation.national_mean", on=day) == Decimal(993)
    assert BOOK.truth("right.opt_out", on=day)
    assert BOOK.text("waiting.order", on=day) == "first_come_first_served"
    assert BOOK.words("service.booking_channels", on=day) == ("phone", "digital")


@pytest.mark.parametrize("ask", ["whole", "decimal", "text", "words"])
def test_asking_by_the_wrong_kind_is_an_error(ask):
    with pytest.raises(DataError, match=r"right\.opt_out is not"):
        getattr(BOOK, ask)("right.opt_out", on=date(2026, 1, 1))


def test_a_number_is_neither_true_nor_false():
    with pytest.raises(DataError, match=r"list\.cap_max is not a yes or no"):
        BOOK.truth("list.cap_max", on=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("name", "day", "value"),
    [
        ("waiting.max_simultaneous", date(2026, 5, 31), 1),
        ("waiting.max_simultaneous", date(2026, 6, 1), 5),
        ("agreement.extension_age_limit", date(2025, 12, 31), 75),
        ("agreement.extension_age_limit", date(2026, 1, 1), 80),
        ("capitation.rate_below_knee", date(2022, 6, 30), 653),
        ("capitation.rate_below_knee", date(2022, 7, 1), 675),
        ("capitation.national_mean", date(2024, 6, 30), Decimal("841.80")),
        ("capitation.national_mean", date(2024, 7, 1), 862),
        ("capitation.national_mean", date(2025, 7, 1), 993),
    ],
)
def test_the_value_changes_on_its_day(name, day, value):
    assert BOOK.value(name, on=day) == value


def test_a_new_provision_takes_over_on_its_day_though_the_value_stays():
    assert BOOK.row("list.cap_max", on=date(2025, 12, 31)).source == "FOR-2012-08-29-842 section 34"
    assert BOOK.row("list.cap_max", on=date(2026, 1, 1)).source == "FOR-2025-12-02-2405 section 10"


def test_two_provisions_may_say_the_same_on_one_day():
    sources = [each.source for each in BOOK.rows("switch.excluded_from_count", on=date(2026, 1, 1))]
    assert sources == ["FOR-2012-08-29-843 comment to section 6", "FOR-2025-12-02-2405 comment to section 11"]


def test_a_timeless_parameter_has_always_held():
    assert BOOK.value("nin.length", on=date(1900, 1, 1)) == 11


def test_a_day_before_the_first_row_is_an_error_that_says_what_to_do():
    with pytest.raises(DataError) as refusal:
        BOOK.value("list.cap_max", on=date(2001, 1, 1))
    assert str(refusal.value) == (
        "list.cap_max has no value on 2001-01-01: its first row starts 2013-01-01. "
        "Add the row, with its source, to parameters.csv."
    )


def test_a_day_after_the_last_row_is_an_error():
    with pytest.raises(DataError, match="its last row ended 2023-04-30"):
        BOOK.value("capitation.knee", on=date(2023, 5, 1))


def test_a_declared_gap_is_an_error_that_says_why():
    with pytest.raises(DataError, match=r"has no known value on 2024-01-01: published weights not found"):
        BOOK.value("capitation.weight_table", on=date(2024, 1, 1))


def test_an_unknown_name_suggests_near_ones():
    with pytest.raises(DataError, match=r"Did you mean list\.cap_max"):
        BOOK.value("list.capmax", on=date(2026, 1, 1))
    with pytest.raises(DataError, match="`fastlege rules list` shows all names"):
        BOOK.value("zzz", on=date(2026, 1, 1))


def test_all_shipped_names_are_listed_in_order():
    assert list(BOOK.names) == sorted(BOOK.names)
    assert len(BOOK.names) > 200


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([FULL, NEXT.replace("2026-01-01", "2026-01-02")], "line 3: list.cap_max: nothing is said of the days from"),
        ([FULL, NEXT.replace("2026-01-01", "2025-12-31").replace("FOR-2025-12-02-2405", "x").replace("2500", "2600")],
         "line 3: list.cap_max: it overlaps line 2"),
        ([NEXT, NEXT], "line 3: list.cap_max: it overlaps line 2"),
        ([FULL.replace("persons", "people")], "line 2: list.cap_max: unknown unit 'people'"),
        ([FULL, NEXT.replace("persons", "places")], "line 3: list.cap_max: the unit places differs from persons"),
        ([FULL.replace("FOR-2012-08-29-842 section 34", "")], "line 2: list.cap_max: it has no source"),
        ([FULL.replace("sourced", "certain")], "line 2: list.cap_max: confidence is 'certain'"),
        ([FULL.replace("2500", "many")], "line 2: list.cap_max: the value 'many' is not a whole number"),
        ([FULL.replace("2500", "")], "line 2: list.cap_max: a row has a value, or is of confidence unknown"),
        ([FULL.replace("sourced", "unknown")], "line 2: list.cap_max: a row has a value, or is of confidence unknown"),
        ([FULL.replace("2025-12-31", "2012-12-31")], "line 2: list.cap_max: it ends (2012-12-31) before it starts"),
        ([FULL.replace("2013-01-01", "2013-02-30")], "line 2: list.cap_max: valid_from is '2013-02-30'"),
        ([FULL.replace("2013-01-01", "2012-08-01")], "before its source FOR-2012-08-29-842 was made"),
        ([FULL.replace("list.cap_max", "Cap")], "line 2: Cap: a name is lower-case words joined by dots"),
        ([FULL + ",more"], "line 2: has 9 cells; expected 8"),
    ],
)  # fmt: skip
def test_a_faulty_row_is_refused_with_file_and_line(tmp_path, rows, expected):
    with pytest.raises(DataError) as refusal:
        read_parameters(written(tmp_path, *rows))
    assert expected in str(refusal.value)
    assert "parameters.csv, line" in str(refusal.value)


def test_all_faults_of_a_file_are_told_together(tmp_path):
    faulty = [FULL.replace("persons", "people"), NEXT.replace("2500", "many")]
    with pytest.raises(DataError) as refusal:
        read_parameters(written(tmp_path, *faulty))
    assert [text.split(":")[0] for text in str(refusal.value).splitlines()] == [
        "parameters.csv, line 2",
        "parameters.csv, line 3",
    ]


def test_a_gap_may_be_declared(tmp_path):
    gap = "list.cap_max,,persons,2026-01-01,2026-01-31,looked for and not found,unknown,"
    rows = read_parameters(written(tmp_path, FULL, gap, NEXT.replace("2026-01-01", "2026-02-01")))
    book = Rulebook(rows)
    assert book.value("list.cap_max", on=date(2026, 2, 1)) == 2500
    with pytest.raises(DataError, match="no known value on 2026-01-31"):
        book.value("list.cap_max", on=date(2026, 1, 31))


def test_a_file_with_other_columns_is_refused(tmp_path):
    with pytest.raises(DataError, match="has the columns a,b; expected parameter,value"):
        read_parameters(written(tmp_path, header="a,b"))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_parameters(tmp_path / "none.csv")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "parameters.csv"
    path.write_bytes("parameter,vår\n".encode("latin-1"))
    with pytest.raises(DataError, match="is not UTF-8"):
        read_parameters(path)


def test_a_scenario_takes_the_place_of_the_rows_on_its_days():
    # Asked before, too: what a book remembers of its answers is its own.
    assert BOOK.value("list.cap_max", on=date(2027, 6, 1)) == 2500
    book = BOOK.with_rows([row(value=2000, first=date(2027, 1, 1), last=date(2027, 12, 31))])
    assert [book.value("list.cap_max", on=date(year, 6, 1)) for year in (2026, 2027, 2028)] == [2500, 2000, 2500]
    assert BOOK.value("list.cap_max", on=date(2027, 6, 1)) == 2500


def test_an_open_scenario_replaces_everything():
    book = BOOK.with_rows([row(value=2000)])
    assert [each.value for each in book.history("list.cap_max")] == [2000]


def test_a_scenario_that_leaves_a_gap_is_refused():
    later = [row(parameter="new.rule", first=date(2027, 1, 1), last=date(2027, 1, 31)),
             row(parameter="new.rule", first=date(2027, 3, 1))]  # fmt: skip
    with pytest.raises(DataError, match=r"new\.rule: nothing is said of the days from 2027-02-01"):
        BOOK.with_rows(later)


def test_equal_rulebooks_have_equal_digests():
    assert Rulebook(reversed([each for name in BOOK.names for each in BOOK.history(name)])).digest() == BOOK.digest()
    assert BOOK.with_rows([row(value=2000)]).digest() != BOOK.digest()


@pytest.mark.parametrize(
    ("unit", "text", "value"),
    [
        ("NOK", "0.5", Decimal("0.5")),
        ("hours", "7.5", Decimal("7.5")),
        ("bool", "false", False),
        ("clock", "08:00-16:00 weekdays", "08:00-16:00 weekdays"),
        ("day_of_month", "15", 15),
    ],
)
def test_a_unit_reads_its_values(unit, text, value):
    assert UNITS[unit](text) == value


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("NOK", "1e3"),
        ("bool", "yes"),
        ("clock", "8 o'clock"),
        ("date", "2026-02-30"),
        ("day_of_month", "32"),
        ("list", "a;;b"),
        ("persons", "1.5"),
    ],
)
def test_a_unit_refuses_other_values(unit, text):
    with pytest.raises(ValueError, match=r"\w"):
        UNITS[unit](text)
