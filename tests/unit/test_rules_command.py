"""`fastlege rules`: what people and machines get, and exit codes."""

import json
import shutil

import pytest

from fastlege.cli.main import main
from fastlege.rules.dated_rows import DATA


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*words):
        monkeypatch.setattr("sys.argv", ["fastlege", "rules", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return ended.value.code or 0, shown.out, shown.err

    return call


def test_show_gives_value_unit_validity_source_and_confidence(run):
    code, out, _ = run("show", "list.cap_max", "--on", "2026-01-01")
    assert code == 0
    assert "2500 persons" in out
    assert "2026-01-01 to further notice  sourced    FOR-2025-12-02-2405 section 10" in out


def test_show_tells_provisions_that_say_the_same_together(run):
    _, out, _ = run("show", "switch.excluded_from_count", "--on", "2026-01-01")
    assert "FOR-2012-08-29-843 comment to section 6" in out
    assert "FOR-2025-12-02-2405 comment to section 11" in out


def test_show_answers_machines_in_json(run):
    _, out, _ = run("show", "capitation.national_mean", "--on", "2023-08-01", "--json")
    answer = json.loads(out)
    assert (answer["value"], answer["unit"], answer["on"]) == ("841.80", "NOK/person/year", "2023-08-01")
    assert answer["provisions"][0]["valid_from"] == "2023-07-01"


def test_show_without_a_day_answers_for_today(run):
    code, out, _ = run("show", "nin.length")
    assert (code, "11 digits" in out, "always to further notice" in out) == (0, True, True)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["show", "list.capmax"], 1, "Did you mean list.cap_max?"),
        (["show", "list.cap_max", "--on", "2001-01-01"], 1, "has no value on 2001-01-01"),
        (["show", "list.cap_max", "--on", "2026-02-30"], 2, "2026-02-30"),
        (["show"], 2, "Missing argument"),
        (["list", "nothing."], 1, "No rule parameter starts with"),
    ],
)
def test_misuse_and_unknown_things_are_told_in_one_clear_message(run, words, code, message):
    ended, out, err = run(*words)
    assert (ended, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


def test_list_gives_all_values_of_a_day(run):
    _, out, _ = run("list", "list.cap", "--on", "2026-01-01", "--json")
    assert [each["parameter"] for each in json.loads(out)] == ["list.cap_max", "list.cap_needs_agreement_below",
                                                               "list.cap_rules_apply_to_shared"]  # fmt: skip
    _, out, _ = run("list", "capitation.rate", "--on", "2021-01-01")
    assert "no value on that day" in out


def test_check_finds_the_shipped_files_in_order(run):
    code, out, _ = run("check", "--json")
    assert (code, json.loads(out)["ok"]) == (0, True)
    assert run("check")[1].count("no problems") == 6


def test_check_names_file_and_line_of_a_faulty_row(run, tmp_path):
    path = tmp_path / "parameters.csv"
    shutil.copy(str(DATA / "parameters.csv"), path)
    with path.open("a", encoding="utf-8") as stream:
        stream.write("list.cap_max,2600,persons,2026-01-01,,somewhere,sourced,\n")
    last = len(path.read_text(encoding="utf-8").splitlines())
    code, out, err = run("check", "--parameters", str(path))
    assert code == 1
    assert "parameters.csv: 1 problem\n" in out
    assert f"parameters.csv, line {last}: list.cap_max: it overlaps line" in err


def test_centrality_writes_a_file_that_can_take_the_shipped_ones_place(run, tmp_path):
    code, out, _ = run("centrality", "--out", str(tmp_path / "centrality.csv"))
    assert code == 0
    assert "marked assumed" in out
    assert (tmp_path / "centrality.csv").read_bytes() == (DATA / "centrality.csv").read_bytes()
