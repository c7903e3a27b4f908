"""What the page of a municipality says: sentences, signs for hidden cells, what it is held beside, and the past."""

import re
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from profiles_scene import BODO, HIDDEN, MOSKENES, NARVIK, OSLO, usual, write_edition

from fastlege.figures.catalogue import definition
from fastlege.figures.engine import of_claims
from fastlege.kernel.errors import DataError
from fastlege.reporting.edition import AREAS, read_edition
from fastlege.reporting.profiles.comparing import Profiles, median
from fastlege.reporting.profiles.index import definitions_html, index_page
from fastlege.reporting.profiles.model import Links
from fastlege.reporting.profiles.page import profile_page
from fastlege.reporting.profiles.pictures import wrapped
from fastlege.reporting.profiles.plan import parse, plan
from fastlege.reporting.profiles.wording import words

LINKS = Links("/all", lambda figure: f"/is/{figure}", lambda code: f"/at/{code}")
LANGUAGES = ("nb", "nn", "en")
CLAIMS = frozenset(each for each in plan().figures() if of_claims(each))


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" ", " ")


def shown(profiles, code, language="nb"):
    return profile_page(profiles, profiles.places[code], language, LINKS).body


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Bodø has one vacant list, waits that are hidden and no unplaced; Narvik one GP, no free places."""
    changes = {
        (figure, BODO): value
        for figure, value in {
            "waiting_persons": HIDDEN,
            "waiting_persons_per_1000": HIDDEN,
            "unplaced": 0,
            "lists_vacant": 1,
            "gps_per_1000": 1.0,
            "wait_median": 200.0,
            "share_own_gp": None,
        }.items()
    }
    changes |= {("gps", NARVIK): 1, ("free_places_with_gp", NARVIK): 0, ("gps_per_1000", "18"): 1.2}
    return Profiles([write_edition(tmp_path_factory.mktemp("profiles") / "now", changes=changes)])


@pytest.fixture(scope="module")
def years(tmp_path_factory):
    folder = tmp_path_factory.mktemp("years")
    days = {2019: 0.1, 2021: 0.5, 2023: 0.8, 2025: 0.9}
    past = [
        write_edition(folder / str(year), date(year, 10, 1), times=times) for year, times in days.items() if year > 2019
    ]
    past.append(write_edition(folder / "same", date(2025, 4, 1), times=7.0))
    return Profiles([*past, write_edition(folder / "now")])


def test_the_sentence_follows_the_number_of_gps_and_how_it_lies_beside_others(whole):
    text = text_of(shown(whole, BODO))
    gps = int(usual("gps", BODO))
    assert f"Bodø har {gps} fastleger, 1,00 per 1 000 på liste. Det er lavere enn i Nordland (1,20)" in text
    assert "Narvik har én fastlege" in text_of(shown(whole, NARVIK))
    assert "Listene med fast lege har til sammen ingen ledige plasser." in text_of(shown(whole, NARVIK))


def test_what_is_hidden_is_said_in_words_and_leaves_no_number_behind(whole):
    body = shown(whole, BODO)
    text = text_of(body)
    assert "Hvor mange som venter på plass på en liste i Bodø, vises ikke." in text
    assert "Personer på venteliste vises ikke" in text
    assert f"2 av {len(plan().figures())} verdier for Bodø vises ikke (:)" in text
    assert str(int(usual("waiting_persons", BODO))) not in re.findall(r"<dd>([^<]*)</dd>", body)
    assert "Ingen verdier for Narvik er skjult." in text_of(shown(whole, NARVIK))


def test_a_sentence_without_its_value_is_left_out_and_its_cell_says_so(whole):
    text = text_of(shown(whole, BODO))
    assert "Pasientens egen fastlege sto for" not in text
    assert "Andel konsultasjoner hos egen fastlege prosent – ikke oppgitt" in text


def test_days_stand_without_decimals(whole):
    text = text_of(shown(whole, BODO))
    assert "hadde halvparten ventet i 200 dager eller mer" in text
    assert "Median ventetid til plass dager 200 " in text


def test_a_municipality_that_is_its_county_is_not_held_beside_it(whole):
    text = text_of(shown(whole, OSLO))
    assert "Oslo har ingen andre kommuner i denne utgaven" in text
    assert "enn i Oslo" not in text
    assert '<th scope="col">Oslo</th><th scope="col">Lignende kommuner' in shown(whole, OSLO)


def test_the_similar_municipalities_are_named_and_their_median_is_of_those_that_show_the_figure(whole):
    place = whole.places[MOSKENES]
    similar = whole.similar(place)
    values = sorted(usual("lists", each.code) for each in similar.places)
    assert whole.beside("lists", place, similar).middle == median(values, 0)
    body = shown(whole, MOSKENES)
    assert [code in body for code in (f'href="/at/{each.code}"' for each in similar.places)] == [True] * len(values)


def test_too_few_similar_ones_give_no_median_and_the_page_says_so(whole):
    text = text_of(shown(whole, BODO))
    assert whole.beside("lists", whole.places[BODO], whole.similar(whole.places[BODO])).middle is None
    assert "Det er ikke nok lignende kommuner i denne utgaven" in text


def test_the_middle_of_an_even_number_is_rounded_as_the_figure_is_halves_upwards():
    assert median([1.0, 2.0], 0) == 2.0
    assert median([0.1, 0.2], 1) == 0.2
    assert median([1.0, 5.0, 9.0], 0) == 5.0


def test_every_name_of_a_figure_leads_to_its_definition(whole):
    body = shown(whole, BODO)
    assert {figure for section in plan().sections for figure in section.figures} <= set(re.findall(r"/is/(\w+)", body))


def test_every_picture_says_in_words_what_it_shows(whole):
    body = shown(whole, BODO)
    assert body.count('role="img"') == len(plan().sections)
    assert "Fastleger per 1 000 listeinnbyggere: Bodø 1,00, Nordland 1,20" in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_edition_has_no_past_and_the_page_says_so(whole, language):
    told = words(language)["trends_none"].format(year=2026)
    assert told in text_of(shown(whole, BODO, language))


def test_the_last_edition_of_each_of_the_latest_years_is_the_past(years):
    assert years.years == (2021, 2023, 2025, 2026)
    trend = years.trend("gps_per_1000", years.places[BODO], of_year=False)
    value = usual("gps_per_1000", BODO)
    assert trend.own == tuple(round(value * times, 2) for times in (0.5, 0.8, 0.9, 1.0))
    assert trend.county is not None


def test_figures_of_claims_stand_at_the_year_of_the_claims(years):
    assert years.trend("share_own_gp", years.places[BODO], of_year=True).years == (2020, 2022, 2024, 2025)
    body = shown(years, BODO)
    assert '<td></td><th scope="col">2020</th>' in body
    assert body.count('role="img"') == 2 * len(plan().sections)


def test_the_sections_say_rightly_which_trends_are_of_claims():
    assert {each.trend for each in plan().sections if each.of_year} == {
        each.trend for each in plan().sections if of_claims(each.trend)
    }


def test_a_trend_is_told_in_one_direction(years):
    before, after = usual("gps_per_1000", BODO) * 0.5, usual("gps_per_1000", BODO)
    told = f"Opp fra {before:.2f} i 2021 til {after:.2f} i 2026.".replace(".", ",", 1)
    assert re.sub(r"(\d)\.(\d)", r"\1,\2", told) in text_of(shown(years, BODO))


def test_an_edition_without_claims_says_what_it_lacks_and_shows_the_rest(tmp_path):
    profiles = Profiles([write_edition(tmp_path / "edition", without=CLAIMS)])
    text = text_of(shown(profiles, BODO))
    assert text.count(words("nb")["lacks"]) == 2
    assert "Noen tall er utelatt, fordi denne utgaven ikke har dem: Andel konsultasjoner hos egen fastlege" in text
    assert "Bruk og penger gjelder" not in text
    assert "Halvparten av dem som har fastlege" in text


def test_two_editions_of_a_day_and_none_at_all_are_refused(tmp_path):
    edition = write_edition(tmp_path / "one")
    with pytest.raises(DataError, match="2026-05-01, and so does"):
        Profiles([edition, edition])
    with pytest.raises(DataError, match="no edition to make profiles of"):
        Profiles([])


def test_the_index_leads_to_every_municipality_by_county_and_shows_them_on_a_map(whole):
    body = index_page(whole, "nb", LINKS).body
    assert set(re.findall(r"/at/(\d{4})", body)) == set(whole.places)
    assert body.index('id="county-03"') < body.index("/at/0301") < body.index('id="county-18"') < body.index("/at/1811")
    assert body.count("<circle") > len(whole.places)
    assert f"{definition('gps_per_1000').title.nb} etter kommune" in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_that_is_shown_has_a_definition_to_lead_to(language):
    html = definitions_html(language)
    assert [figure for figure in plan().figures() if f'<h2 id="{figure}">' not in html] == []


def test_a_name_with_marks_in_it_stays_text(tmp_path):
    write_edition(tmp_path / "edition")
    areas = pq.read_table(tmp_path / "edition" / AREAS).to_pylist()
    named = [row | {"nb": row["nb"].replace("Nordland", "<script>Nord")} for row in areas]
    pq.write_table(pa.Table.from_pylist(named), tmp_path / "edition" / AREAS)
    profiles = Profiles([read_edition(tmp_path / "edition")])
    for body in (shown(profiles, MOSKENES), index_page(profiles, "nb", LINKS).body):
        assert "&lt;script&gt;Nord" in body
        assert "<script" not in body


def test_the_words_are_the_same_set_with_the_same_slots_in_all_languages():
    def shape(tree):
        return {
            key: shape(value) if isinstance(value, dict) else sorted(re.findall(r"\{(\w+)\}", value))
            for key, value in tree.items()
        }

    assert shape(words("nn")) == shape(words("nb")) == shape(words("en"))


def test_the_sentences_have_the_same_slots_in_all_languages_and_no_typed_numbers():
    for section in plan().sections:
        for sentence in section.sentences:
            slots = [
                sorted(re.findall(r"\{([^}]*)\}", text))
                for text in (sentence.text.nb, sentence.text.nn, sentence.text.en)
            ]
            assert slots[0] == slots[1] == slots[2], sentence.text.nb
            bare = re.sub(r"\{[^}]*\}", "", sentence.text.en).replace("1,000", "").replace("100", "")
            assert not re.search(r"\d", bare), bare


def section(**changes):
    text = {"nb": "a", "nn": "b", "en": "c"} | changes
    whole = {"id": "x", "title": {"nb": "x", "nn": "x", "en": "x"}, "figures": ["gps"], "picture": ["gps"]}
    whole |= {"trend": "gps", "of_year": False, "text": [text]}
    return {"facts": ["gps"], "index": ["gps"], "map": "gps", "sections": [whole]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nb": "{nonsense}"}, "no figure 'nonsense'"),
        ({"en": "{gps.nonsense}"}, "unknown slot"),
        ({"when": {"figure": "gps", "is": ["few"]}}, "asks for few"),
        ({"when": {"figure": "gps"}}, "asks for no state"),
        ({"when": {"figure": "nonsense", "is": ["one"]}}, "no figure 'nonsense'"),
    ],
)
def test_a_faulty_plan_is_refused(changes, message):
    with pytest.raises(DataError, match=message):
        parse(section(**changes))


def test_a_plan_without_sections_is_refused():
    with pytest.raises(DataError, match="sections"):
        parse({"facts": [], "index": [], "map": "gps"})


def test_a_long_name_is_broken_between_words():
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("incomprehensibilities", 7) == ["incomprehensibilities"]


def test_the_country_is_called_the_area_where_an_edition_covers_a_part(whole):
    text = text_of(shown(whole, BODO))
    assert "hele området" in text
    assert "hele landet" not in text
    assert "Utgaven dekker bare en del av landet." in text
