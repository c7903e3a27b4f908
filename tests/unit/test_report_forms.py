"""A built report: the same numbers in every form, whole or not at all, and a lacking chapter says so."""

import csv
import hashlib
import json
import re
import shutil
from pathlib import Path

import fastexcel
import pyarrow.parquet as pq
import pytest
from figures_scheme import write_scheme
from figures_year import write_year
from report_scene import sealed, small_plan

from fastlege.kernel.errors import DataError
from fastlege.reporting.report.building import build_report, count_series, read_meta
from fastlege.reporting.report.outputs import paper

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    return count_series(small_plan(), sealed(write_year(tmp_path_factory.mktemp("year") / "snapshot")))


@pytest.fixture(scope="module")
def report(series, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "report"
    build_report(small_plan(), series, out, language="nb")
    return out


def facts(report, number):
    return pq.read_table(report / "data" / f"table-{number}.parquet").to_pylist()


def test_the_same_snapshot_gives_the_same_bytes(series, report, tmp_path):
    build_report(small_plan(), series, tmp_path / "again", language="nb")
    assert read_meta(report) == read_meta(tmp_path / "again")
    assert (report / "report.json").read_bytes() == (tmp_path / "again" / "report.json").read_bytes()


def test_csv_and_parquet_hold_the_same_cells(report):
    with (report / "data" / "table-1-1.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(facts(report, "1-1"))
    found = [(row["figure"], row["area"], float(row["value"])) for row in rows]
    assert found == [(row["figure"], row["area"], row["value"]) for row in facts(report, "1-1")]
    counted = [row for row in facts(report, "1-1") if not row["published"]]
    assert [(row["figure"], row["value"]) for row in counted] == [
        ("gps", 2), ("lists", 6), ("share_lists_vacant", 33.3)
    ]  # fmt: skip


def test_the_workbook_has_one_sheet_a_table_and_numbers_are_numbers(report):
    book = fastexcel.read_excel(report / "report.xlsx")
    assert book.sheet_names == ["Innhold", "1_1", "1_2", "2_1"]
    sheet = book.load_sheet("1_1", header_row=2).to_arrow()
    assert sheet["oktober 2023"].to_pylist()[:3] == [2.0, 6.0, 33.3]


def test_what_may_not_be_shown_is_in_no_form(report):
    eigersund = next(row for row in facts(report, "1-2") if row["figure"] == "waiting_persons" and row["suppressed"])
    assert (eigersund["value"], eigersund["numerator"]) == (None, None)
    page = (report / "chapter-1.html").read_text(encoding="utf-8")
    assert "<td>:</td>" in page
    assert "Vises ikke" in page


def test_sentences_tables_and_pages_say_the_same(report):
    page = (report / "chapter-1.html").read_text(encoding="utf-8")
    assert "6 lister, 33,3 prosent ubesatt, fra 25,0 prosent i Rogaland til 50,0 prosent i Vestland." in page
    assert "<td>33,3</td>" in page


def test_every_table_and_chart_leads_to_the_definitions_of_its_figures_and_these_to_their_code(report):
    page = (report / "chapter-1.html").read_text(encoding="utf-8")
    definitions = (report / "definitions.html").read_text(encoding="utf-8")
    led_to = re.findall(r'href="definitions.html#(\w+)"', page)
    assert set(led_to) >= {"gps", "lists", "share_lists_vacant", "waiting_persons"}
    assert set(led_to) <= set(re.findall(r'<section id="(\w+)">', definitions))
    assert page.count('<details class="defined">') == page.count("<figure") + page.count("<table")
    for code in re.findall(r"fastlege/figures/definitions/\w+/definition.toml", definitions):
        assert (ROOT / code).exists()


def test_text_from_data_is_escaped_and_pages_forbid_all_but_their_own(report):
    page = (report / "chapter-1.html").read_text(encoding="utf-8")
    assert "Uten plass &lt;b&gt;" in page
    assert "default-src 'none'; style-src 'self'" in page
    assert " style=" not in page
    assert "<script" not in page


def test_the_data_package_has_the_check_sum_of_every_file(report):
    package = json.loads((report / "datapackage.json").read_bytes())
    assert [each["path"] for each in package["resources"]][:2] == ["data/table-1-1.csv", "data/table-1-1.parquet"]
    for each in package["resources"]:
        content = (report / each["path"]).read_bytes()
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    catalog = json.loads((report / "catalog.jsonld").read_bytes())
    names = [each["dct:identifier"] for each in catalog["dcat:dataset"]]
    assert names == ["prove/table-1-1", "prove/table-1-2", "prove/table-2-1"]


def test_the_pdf_is_tagged_and_typst_refuses_a_picture_without_words(report, series, monkeypatch):
    content = (report / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"pdfuaid:part" in content
    seen = paper._block

    def speechless(block, told):
        found = seen(block, told)
        return found | {"description": None} if found["kind"] == "chart" else found

    monkeypatch.setattr(paper, "_block", speechless)
    with pytest.raises(RuntimeError, match="alt"):
        build_report(small_plan(), series, report.parent / "refused", language="nb")
    assert not (report.parent / "refused").exists()


def test_a_chapter_without_data_says_so_and_the_others_stand(tmp_path):
    series = count_series(small_plan(), write_scheme(tmp_path / "snapshot"))
    build_report(small_plan(), series, tmp_path / "report", language="en")
    page = (tmp_path / "report" / "chapter-2.html").read_text(encoding="utf-8")
    assert "This part cannot be made of this snapshot. It lacks: contacts." in page
    assert "<table" not in page
    assert "<table" in (tmp_path / "report" / "chapter-1.html").read_text(encoding="utf-8")
    assert "others have the numbers." in (tmp_path / "report" / "chapter-3.html").read_text(encoding="utf-8")
    assert read_meta(tmp_path / "report")["lacking"] == ["contacts"]


def test_a_folder_of_something_else_is_left_alone(series, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep")
    with pytest.raises(DataError, match="is not a report"):
        build_report(small_plan(), series, tmp_path / "mine", language="nb")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_an_earlier_snapshot_must_be_earlier(series):
    with pytest.raises(DataError, match="which is not before"):
        count_series(small_plan(), series.now.snapshot, [series.now.snapshot])


def test_a_damaged_report_is_told_from_a_whole_one(report, tmp_path):
    shutil.copytree(report, tmp_path / "copy")
    (tmp_path / "copy" / "chapter-1.html").write_text("other")
    with pytest.raises(DataError, match="its files are not those that were built"):
        read_meta(tmp_path / "copy")
    with pytest.raises(DataError, match="there is no report here"):
        read_meta(tmp_path)


def test_every_table_and_chart_says_where_its_numbers_are_from_and_of_when(report, series):
    page = (report / "chapter-1.html").read_text(encoding="utf-8")
    assert page.count("Kilde: syntetisk register, tall per 1. oktober 2023.") == page.count("<figure") + page.count(
        "<table"
    )
    used = (report / "chapter-2.html").read_text(encoding="utf-8")
    assert "Kilde: syntetisk register, tall for 2023." in used


def test_a_chart_says_its_unit_and_values_in_words(report):
    bars, columns = ((report / "charts" / f"{number}.svg").read_text(encoding="utf-8") for number in ("1-1", "2-1"))
    assert ">Enhet: lister. Rogaland: 4; Vestland: 2; Hele landet: 6.</desc>" in bars
    assert ">Enhet: kontakter. januar: :; februar: :; mars: :; juli: :; august: :.</desc>" in columns
    assert re.search(r"<text [^>]*>aug</text>", columns)
