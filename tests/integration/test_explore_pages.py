"""Tallene over two editions: filters, comparison, series, groups, links that keep the state, files and refusals."""

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from html import unescape

import fastexcel
import orjson
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.test import Client
from figures_scheme import write_scheme

from fastlege.figures.catalogue import definition
from fastlege.reporting.building import build_edition
from fastlege.reporting.edition import read_edition
from fastlege.reporting.profiles.places import places_on
from fastlege.web.explore.downloads import KINDS

pytestmark = pytest.mark.django_db

NOW, BEFORE = "2023-10-01", "2022-04-01"
LANGUAGES = {"nb": "", "nn": "/nn", "en": "/en"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The site's own edition, and an older one that lacks a municipality and a figure."""
    folder = tmp_path_factory.mktemp("explore")
    build_edition(write_scheme(folder / "scheme"), folder / "edition")
    old = folder / "editions" / "old"
    shutil.copytree(folder / "edition", old)
    meta = orjson.loads((old / "edition.json").read_bytes())
    (old / "edition.json").write_bytes(orjson.dumps(meta | {"as_of": BEFORE}))
    for file in ("figures", "groups", "areas"):
        table = pq.read_table(old / f"{file}.parquet")
        table = table.filter(pc.not_equal(table["area"], "1101"))
        if file != "areas":
            table = table.filter(pc.not_equal(table["figure"], "gps_by_kind"))
        pq.write_table(table, old / f"{file}.parquet")
    return folder


@pytest.fixture
def site(built, settings):
    settings.EDITION = built / "edition"
    settings.EDITIONS = built / "editions"
    return Client()


def page(site, address, status=200):
    answer = site.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def table(text, caption="tabell"):
    """The rows of a table as texts."""
    found = re.search(rf'<caption id="{caption}">.*?</table>', text, re.DOTALL).group()
    rows = re.findall(r"<tr.*?</tr>", found, re.DOTALL)
    cells = [re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [[unescape(re.sub(r"<.*?>", "", cell)).strip() for cell in row] for row in cells]


def test_every_figure_opens_at_every_level_in_every_group_and_compared(site, built):
    edition = read_edition(built / "edition")
    for figure in edition.figures:
        for level in ("county", "size_group", "centrality", "municipality"):
            page(site, f"/tall/{figure.id}/?inndeling={level}")
        for group in ("", *edition.dimensions(figure.id)):
            page(site, f"/en/tall/{figure.id}/?gruppe={group}&omrade=11&omrade=1103")


def test_the_table_has_a_row_an_area_with_numerator_and_denominator(site):
    assert table(page(site, "/tall/share_lists_vacant/")) == [
        ["Fylke", "prosent", "Teller", "Nevner"],
        ["Hele landet", "33,3\u00a0%", "2", "6"],
        ["Rogaland", "25,0\u00a0%", "1", "4"],
        ["Vestland", "50,0\u00a0%", "1", "2"],
    ]


def test_municipalities_are_narrowed_down_to_a_county(site):
    rows = table(page(site, "/tall/lists/?inndeling=municipality&fylke=11"))
    assert [row[0] for row in rows] == ["Kommune", "Hele landet", "Eigersund", "Stavanger"]


def test_a_county_leads_to_its_municipalities_and_these_to_their_profiles(site):
    county = re.search(r'<a href="([^"]*)">Rogaland</a>', page(site, "/en/tall/lists/?utgave=2022-04-01")).group(1)
    text = page(site, "/en/tall/lists/" + unescape(county))
    assert "1 April 2022" in text
    assert [row[0] for row in table(text)][2:] == ["Stavanger"]
    profile = re.search(r'<a href="([^"]*)">Stavanger</a>', text).group(1)
    assert profile == "/en/kommuneprofil/1103/"
    overview = page(site, "/tall/?omrade=1103")
    assert '<a href="/kommuneprofil/1103/">Kommuneprofilen til Stavanger</a>' in overview


def test_figures_of_claims_say_their_year(site, built, settings, tmp_path):
    shutil.copytree(built / "edition", tmp_path / "edition")
    meta = orjson.loads((tmp_path / "edition" / "edition.json").read_bytes())
    (tmp_path / "edition" / "edition.json").write_bytes(orjson.dumps(meta | {"claims_year": "2022"}))
    # No claims in the scheme: a figure of theirs is put where another stands.
    figures = pq.read_table(tmp_path / "edition" / "figures.parquet")
    renamed = pc.if_else(pc.equal(figures["figure"], "gps"), "consultations", figures["figure"])
    pq.write_table(
        figures.set_column(figures.schema.get_field_index("figure"), "figure", renamed),
        tmp_path / "edition" / "figures.parquet",
    )
    settings.EDITION, settings.EDITIONS = tmp_path / "edition", tmp_path / "none"
    text = page(site, "/tall/consultations/")
    assert "<p>I 2022</p>" in text
    assert '<caption id="tabell">Konsultasjoner, 2022</caption>' in text
    assert "<p>Per 1. oktober 2023</p>" in page(site, "/tall/lists/")
    assert "Bruk og penger gjelder 2022." in page(site, "/tall/")


def test_areas_of_any_kind_are_compared_and_taken_away_again(site):
    text = page(site, "/en/tall/lists/?omrade=46&omrade=1103&omrade=50000_plus")
    assert [row[0] for row in table(text)] == [
        *("Area", "The whole country", "Vestland", "Stavanger", "50,000 residents or more")
    ]
    without = re.findall(r'href="(\?[^"]*)">Take away', text)
    assert len(without) == 3
    rest = page(site, "/en/tall/lists/" + unescape(without[1]))
    assert [row[0] for row in table(rest)][2:] == ["Vestland", "50,000 residents or more"]


def test_areas_stand_in_the_order_that_is_asked_for_and_hidden_ones_last(site):
    lists = "/tall/lists/?inndeling=municipality&rekkefolge="
    assert [row[:2] for row in table(page(site, lists + "hoyest"))[1:]] == [
        *(["Hele landet", "6"], ["Eigersund", "2"], ["Stavanger", "2"], ["Bergen", "2"])
    ]
    rows = table(page(site, "/tall/share_lists_vacant/?inndeling=county&rekkefolge=lavest"))
    assert [row[0] for row in rows[2:]] == ["Rogaland", "Vestland"]
    rows = table(page(site, "/tall/share_lists_vacant/?inndeling=county&rekkefolge=hoyest"))
    assert [row[0] for row in rows[2:]] == ["Vestland", "Rogaland"]
    hidden = [
        row[1] for row in table(page(site, "/tall/waiting_persons/?inndeling=municipality&rekkefolge=lavest"))[2:]
    ]
    assert "skjermet" in hidden
    assert hidden == sorted(hidden, key=lambda text: text == "skjermet")
    file = rows_of(site.get("/tall/share_lists_vacant.csv?inndeling=county&rekkefolge=hoyest"))
    assert [row["area"] for row in file] == ["country", "46", "11"]


def test_groups_stand_in_the_order_of_the_whole_for_every_area(site):
    text = page(site, "/tall/gps_by_kind/?gruppe=gp_age&omrade=11&rekkefolge=hoyest")
    rows = table(text)
    values = [int(row[1]) for row in rows[1:]]
    assert values == sorted(values, reverse=True)
    labels = re.findall(r"<li><span>(.*?)</span>", text)
    assert [unescape(each) for each in labels] == [row[0] for row in rows[1:]] * 2


def test_a_class_of_centrality_is_not_a_bare_number_beside_places(site):
    rows = table(page(site, "/en/tall/lists/?omrade=4&omrade=1103"))
    assert [row[0] for row in rows[1:]] == ["The whole country", "Centrality 4", "Stavanger"]


def test_groups_stand_beside_each_other_for_the_areas_compared(site):
    text = page(site, "/tall/gps_by_kind/?gruppe=gp_sex&omrade=11")
    assert table(text) == [["Legens kjønn", "Hele landet", "Rogaland"], ["Kvinner", "1", "1"], ["Menn", "1", "1"]]
    text = page(site, "/tall/gps_by_kind/?gruppe=gp_sex&omrade=1103")
    assert "Stavanger er ikke delt i grupper" in text


def test_hidden_cells_say_that_they_are_hidden_and_why(site):
    text = page(site, "/tall/waiting_persons/?inndeling=municipality")
    assert "skjermet" in [row[1] for row in table(text)]
    assert "færre enn 6 personer" in text
    assert "fewer than 6 persons" in page(site, "/en/tall/waiting_persons/")


def test_rounded_counts_of_persons_say_so(site, built, settings, tmp_path):
    settings.EDITION = tmp_path / "edition"
    shutil.copytree(built / "edition", settings.EDITION)
    meta = orjson.loads((settings.EDITION / "edition.json").read_bytes())
    (settings.EDITION / "edition.json").write_bytes(orjson.dumps(meta | {"round_to": "5"}))
    assert "rundet av til nærmeste 5" in page(site, "/tall/waiting_persons/")
    assert "rundet av" not in page(site, "/tall/lists/")


def test_the_series_marks_breaks_and_areas_that_did_not_exist(site):
    text = page(site, "/tall/lists_vacant/?omrade=1101")
    assert table(text, "utviklingstabell") == [
        ["Dag", "Hele landet", "Eigersund"],
        ["1. apr. 2022", "2", "fantes ikke"],
        ["1. okt. 2023 etter brudd", "2", "1"],
    ]
    assert "Brudd 1. okt. 2022" in text
    assert text.count('stroke-dasharray="4 4"') == 1
    # A figure without a break in between has none marked, and one that stands in one edition only has no series.
    assert 'stroke-dasharray="4 4"' not in page(site, "/tall/lists/")
    assert "utviklingstabell" not in page(site, "/tall/gps_by_kind/")


def test_the_link_to_a_view_shows_the_same_when_a_newer_edition_has_come(site, built, settings, tmp_path):
    text = page(site, "/tall/lists/?utgave=2022-04-01&inndeling=municipality&omrade=46")
    link = unescape(re.search(r'href="([^"]*)">Lenke til denne visningen', text).group(1))
    settings.EDITION = tmp_path / "edition"
    shutil.copytree(built / "edition", settings.EDITION)
    meta = orjson.loads((settings.EDITION / "edition.json").read_bytes())
    (settings.EDITION / "edition.json").write_bytes(orjson.dumps(meta | {"as_of": "2024-10-01"}))
    again = page(site, link.removeprefix("http://testserver"))
    assert table(again) == table(text)
    assert "1. april 2022" in again


def test_the_overview_shows_an_area_beside_the_whole_and_its_links_keep_it(site):
    text = page(site, "/tall/?omrade=1103&utgave=2022-04-01")
    row = re.search(r'<tr><th scope="row"><a href="/tall/lists/([^"]*)">.*?</tr>', text)
    assert re.findall(r'class="amount">(.*?)<', row.group()) == ["2", "6"]
    assert unescape(row.group(1)) == "?utgave=2022-04-01&omrade=1103"
    assert "/tall/gps_by_kind/" not in text


def test_the_overview_finds_figures_by_words_of_the_visitors_language(site):
    def found(address):
        return re.findall(r'href="/(?:en/|nn/)?tall/(\w+)/[^"]*"><span class="name">', page(site, address))

    assert found("/en/tall/?sok=VACANT++over+residents") == ["residents_vacant_over_year"]
    assert "lists_vacant_over_year" in found("/tall/?sok=UTEN++fast")
    assert found("/tall/?sok=qqq") == []
    assert "Ingen tall har alle ordene" in page(site, "/tall/?sok=qqq")
    assert "&lt;b&gt;" in page(site, "/tall/?sok=%3Cb%3E")


def test_the_overview_shows_no_hundred_per_cent_for_a_distribution(site):
    for address in ("/tall/", "/tall/?omrade=11"):
        row = re.search(r"/tall/share_lists_by_length/.*?</(?:li|tr)>", page(site, address), re.DOTALL).group()
        assert "fordeling" in row
        assert "100,0" not in row


def test_a_municipality_is_compared_with_similar_ones_nearest_in_residents(site, monkeypatch):
    assert "med kommuner som ligner" not in page(site, "/tall/lists/?omrade=11")
    # Of the scheme's municipalities none is like another by size.
    assert "med kommuner som ligner" not in page(site, "/tall/lists/?omrade=1101")
    alike = {code: replace(each, size_group="x") for code, each in places_on(date(2023, 10, 1)).items()}
    monkeypatch.setattr("fastlege.web.explore.choices.places_on", lambda day: alike)
    text = page(site, "/en/tall/lists/?omrade=1101")
    address = unescape(re.search(r'href="([^"]*)">Compare Eigersund with similar municipalities', text).group(1))
    rows = table(page(site, "/en/tall/lists/" + address))
    assert [row[0] for row in rows[1:]] == ["The whole country", "Eigersund", "Stavanger", "Bergen"]


def test_a_figure_that_an_edition_lacks_is_shown_from_the_newest_that_has_it(site):
    assert "1. oktober 2023" in page(site, "/tall/gps_by_kind/")
    assert "Tallet finnes ikke i utgaven" in page(site, "/tall/gps_by_kind/?utgave=2022-04-01", 404)
    assert "The edition does not have the figure" in page(site, "/en/tall/contacts/", 404)


def test_values_that_were_published_are_listed_as_printed(site):
    rows = table(page(site, "/en/tall/gps/"), "publisert")
    assert rows[0] == ["Period", "Table", "Value"]
    assert ["October 2023", "1.1", "5,224"] in rows
    groups = table(page(site, "/tall/share_lists_by_length/"), "publisert")
    assert ["september 2023", "figur 1.5", "501–1\u00a0000 personer", "44"] in groups
    assert "Ingen kilde har tallet for hele landet." in page(site, "/tall/gps_by_kind/")


def test_the_source_page_shows_definition_measure_and_rows(site):
    text = unescape(page(site, "/nn/tall/lists_vacant/kilde/"))
    assert 'numerator = "lists_vacant"' in text
    assert '"lists_vacant": _rows("lists", lambda f: ~f.has_gp)' in text
    assert "def list_facts(on: date)" in text
    assert "blir ikkje viste" in text


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_a_file_without_a_choice_holds_every_area_and_says_what_it_is(site):
    rows = rows_of(site.get("/en/tall/share_lists_vacant.csv"))
    each = definition("share_lists_vacant")
    assert {row["level"] for row in rows} >= {"municipality", "county", "size_group", "centrality", "country"}
    assert {row["as_of"] for row in rows} == {NOW}
    assert {row["definition"] for row in rows} == {f"{each.numerator_words.en} / {each.denominator_words.en}"}
    assert {row["source"] for row in rows} == {"; ".join(f"{one.table}: {one.name}" for one in each.sources)}
    bergen = next(row for row in rows if row["area"] == "4601")
    assert (bergen["value"], bergen["numerator"], bergen["denominator"]) == ("50.0", "1", "2")


def test_a_file_of_a_view_holds_its_areas_groups_and_day(site):
    rows = rows_of(site.get("/tall/lists.csv?utgave=2022-04-01&inndeling=county&omrade=46"))
    assert [(row["area"], row["value"], row["as_of"]) for row in rows] == [
        ("country", "6.0", BEFORE),
        ("46", "2.0", BEFORE),
    ]
    rows = rows_of(site.get("/tall/gps_by_kind.csv?gruppe=gp_sex"))
    assert [(row["dimension"], row["group"], row["group_name"]) for row in rows] == [
        ("gp_sex", "female", "Kvinner"),
        ("gp_sex", "male", "Menn"),
    ]


def test_a_file_of_the_series_holds_every_edition(site):
    found = json.loads(site.get("/tall/lists.json?omrade=1101&serie=1").content)
    assert [(row["as_of"], row["area"], row["value"]) for row in found["values"]] == [
        (BEFORE, "country", 6.0),
        (BEFORE, "1101", None),
        (NOW, "country", 6.0),
        (NOW, "1101", 2.0),
    ]
    assert found["definition"]["id"] == "lists"


def test_a_parquet_file_carries_its_definition_and_hides_what_the_page_hides(site):
    answer = site.get("/tall/waiting_persons.parquet")
    assert answer["Content-Disposition"] == f'attachment; filename="waiting_persons-{NOW}.parquet"'
    found = pq.read_table(io.BytesIO(answer.content))
    assert orjson.loads(found.schema.metadata[b"definition"])["id"] == "waiting_persons"
    assert orjson.loads(found.schema.metadata[b"edition"])["as_of"] == NOW
    hidden = found.filter(found["suppressed"])
    assert hidden.num_rows > 0
    assert hidden["value"].null_count == hidden["numerator"].null_count == hidden.num_rows


def test_a_workbook_has_numbers_as_numbers_hides_what_the_page_hides_and_says_what_it_is(site):
    answer = site.get("/en/tall/share_lists_vacant.xlsx?inndeling=county")
    assert answer["Content-Disposition"] == f'attachment; filename="share_lists_vacant-{NOW}.xlsx"'
    book = fastexcel.read_excel(answer.content)
    assert book.sheet_names == ["Values", "About the figure"]
    values = book.load_sheet("Values").to_arrow().to_pylist()
    assert [(row["Area"], row["Value"], row["Numerator"]) for row in values] == [
        *(("The whole country", 33.3, 2.0), ("Rogaland", 25.0, 1.0), ("Vestland", 50.0, 1.0))
    ]
    about = dict(
        zip(*book.load_sheet("About the figure", header_row=None).to_arrow().to_pydict().values(), strict=True)
    )
    assert about["Figure"] == definition("share_lists_vacant").title.en
    hidden = fastexcel.read_excel(site.get("/tall/waiting_persons.xlsx").content).load_sheet(0).to_arrow().to_pylist()
    assert [row for row in hidden if row["Skjermet"] == "ja"]
    assert all((row["Verdi"] is None) for row in hidden if row["Skjermet"] == "ja")
    assert answer.content == site.get("/en/tall/share_lists_vacant.xlsx?inndeling=county").content


def test_an_unknown_figure_is_told_and_leads_to_all_of_them(site):
    for address in ("/tall/nope/", "/tall/nope/kilde/", "/tall/nope.csv"):
        text = page(site, address, 404)
        assert "Det finnes ikke noe tall med det navnet" in text
        assert '<a class="ds-button" href="/tall/">Alle tallene</a>' in text


HOSTILE = {
    "inndeling=planet": ("ingen slik inndeling", "inga slik inndeling", "no such division"),
    "inndeling=county&inndeling=municipality": ("flere ganger", "fleire gonger", "several times"),
    "utgave=2020-01-01": ("ingen utgave for den dagen", "inga utgåve for den dagen", "no edition of that day"),
    "utgave=../../etc": ("ingen utgave for den dagen", "inga utgåve for den dagen", "no edition of that day"),
    "inndeling=municipality&fylke=99": ("noe slikt fylke", "noko slikt fylke", "no such county"),
    "omrade=9999": ("noe slikt område", "noko slikt område", "no such area"),
    "omrade=%3Cscript%3Ealert(1)%3C/script%3E": ("noe slikt område", "noko slikt område", "no such area"),
    "omrade=" + "1" * 5000: ("noe slikt område", "noko slikt område", "no such area"),
    "omrade=11&omrade=46&omrade=1101&omrade=1103&omrade=4601&omrade=1": ("høyst 5", "høgst 5", "at most 5"),
    "utgave=2022-04-01&omrade=1101": ("ikke med i utgaven", "ikkje med i utgåva", "not in the edition"),
    "gruppe=shoe_size": ("kan ikke deles", "kan ikkje delast", "cannot be divided"),
    "fylke=%27%20or%201=1--": ("noe slikt fylke", "noko slikt fylke", "no such county"),
    "gruppe=%F0%9F%92%A9%0D%0ASet-Cookie:x": ("kan ikke deles", "kan ikkje delast", "cannot be divided"),
    "rekkefolge=alfabetisk": ("fast rekkefølge", "fast rekkjefølgje", "as listed"),
    "gruppe=__class__": ("kan ikke deles", "kan ikkje delast", "cannot be divided"),
}


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_filter_gets_a_clear_page_in_the_visitors_language(site, query):
    for text, prefix in zip(HOSTILE[query], LANGUAGES.values(), strict=True):
        answer = page(site, f"{prefix}/tall/lists/?{query}", 400)
        assert text in answer
        assert "<main" in answer
        assert "<script" not in answer
    for kind in KINDS:
        page(site, f"/tall/lists.{kind}?{query}", 400)


@pytest.mark.parametrize(
    "address", ["/tall/lists.csv?serie=2", "/tall/?omrade=11&omrade=46", "/tall/?utgave=x", f"/tall/?sok={'x' * 101}"]
)
def test_other_bad_choices_are_refused_too(site, address):
    text = page(site, address, 400)
    assert "Valget kan ikke vises" in text
    assert '<a class="ds-button" href="/tall/">Alle tallene</a>' in text


def test_before_the_first_edition_the_pages_say_so(settings, tmp_path):
    settings.EDITION, settings.EDITIONS = tmp_path / "none", tmp_path / "nor-these"
    assert "ikke regnet ut ennå" in page(Client(), "/tall/", 503)
    assert "ikke regnet ut ennå" in page(Client(), "/tall/lists/", 503)
    assert Client().get("/tall/lists.csv").status_code == 503
