"""What a visitor does on the site, from question to answer."""

import pytest
from following import follow
from keyboard import focused, tab_to

pytestmark = pytest.mark.browser


def test_a_visitor_finds_a_list_with_the_keyboard_alone(page):
    # Given the front page, without scripts and without a mouse
    page.goto("/")
    page.keyboard.press("Tab")
    assert focused(page) == "Hopp til innholdet"
    page.keyboard.press("Enter")
    # When the visitor searches for a part of town and picks the first list
    tab_to(page, "q")
    page.keyboard.type("Lund")
    page.keyboard.press("Enter")
    page.wait_for_url("**/finn-fastlege/?q=Lund")
    assert "Avstanden er regnet i luftlinje fra Lund" in page.inner_text("main")
    tab_to(page, "Aase Ødegård")
    page.keyboard.press("Enter")
    # Then the list's page says what it means
    page.wait_for_url("**/liste/1/")
    assert page.inner_text("h1") == "Aase Ødegård"
    assert "Listen har plass" in page.inner_text("main")


def test_every_stop_of_the_keyboard_shows_its_focus(page):
    page.goto("/finn-fastlege/")
    for _ in range(20):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
        assert outline != "none" or shadow != "none", focused(page)


def test_filters_narrow_the_search_and_stay_in_the_form(page):
    page.goto("/finn-fastlege/")
    assert page.inner_text(".result-head h2") == "65 lister"
    page.select_option("#kommune", "4204")
    page.check("#ledig")
    follow(page, "text=Søk >> nth=-1")
    assert page.inner_text(".result-head h2") == "1 liste"
    assert page.inner_text(".results h3") == "Aase Ødegård"
    assert page.input_value("#kommune") == "4204"
    assert page.is_checked("#ledig")


def test_a_doctor_who_speaks_a_language_is_found(page):
    page.goto("/finn-fastlege/")
    page.select_option("#sprak", label="somali")
    follow(page, "main button[type=submit]")
    assert page.locator(".results h3").all_inner_texts() == ["Bjørn Lie"]
    assert "7 i kø" in page.inner_text(".results")


def test_a_long_search_has_pages_that_keep_the_search(page):
    page.goto("/finn-fastlege/?kommune=0301&sorter=navn")
    assert page.locator(".results > li").count() == 50
    follow(page, ".pages >> text=2")
    assert page.locator(".results > li").count() == 10
    assert page.input_value("#kommune") == "0301"
    assert page.inner_text(".results li:last-child h3") == "Lege 65"


def test_the_language_is_changed_on_the_same_page(page):
    page.goto("/liste/3/")
    follow(page, ".languages >> text=English")
    assert page.url.endswith("/en/liste/3/")
    assert "No regular GP" in page.inner_text("main")
    follow(page, ".languages >> text=Nynorsk")
    assert page.url.endswith("/nn/liste/3/")
    assert "Utan fast lege" in page.inner_text("main")


def test_a_vacant_list_names_its_substitute_and_since_when(page):
    page.goto("/liste/3/")
    text = page.inner_text("main")
    assert "Vera Vikar" in text
    assert "50 prosent stilling" in text
    assert "1. mars 2023" in text


def test_a_figure_is_divided_as_the_visitor_chooses_and_can_be_downloaded(page):
    page.goto("/tall/lists/")
    page.select_option("#inndeling", "municipality")
    follow(page, "main button[type=submit]")
    rows = page.locator("#tabell ~ tbody tr").all_inner_texts()
    assert rows == ["Hele landet\t65", "Oslo\t60", "Grimstad\t2", "Kristiansand\t3"]
    assert page.locator(".map > svg circle").count() == 5
    with page.expect_download() as download:
        page.click("li:has-text('Alle områder') >> text=CSV")
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert download.value.suggested_filename == "lists-2023-10-01.csv"
    assert any(line.startswith("lists,Lister,municipality,4204,Kristiansand,,,,3.0,3,,False,") for line in lines)


def test_areas_are_compared_over_time_with_the_keyboard_alone(page):
    # Given a figure with a break between its two editions
    page.goto("/tall/lists_vacant/")
    # When the visitor chooses two areas, one after the other
    for typed in ("Agder", "Oslo"):
        tab_to(page, "omrade")
        page.keyboard.type(typed)
        tab_to(page, "Vis")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    # Then both stand beside the whole, now and over time, with the break marked
    assert page.locator("#tabell ~ tbody tr").all_inner_texts() == ["Hele landet\t1", "Agder\t1", "Oslo\t0"]
    assert page.locator("#utviklingstabell ~ tbody tr").all_inner_texts() == [
        "1. apr. 2022\t1\t1\t0",
        "1. okt. 2023 etter brudd\t1\t1\t0",
    ]
    assert "Brudd 1. okt. 2022" in page.inner_text("main")
    # And the link to the view shows the same, from where one area can be taken away again
    follow(page, "text=Lenke til denne visningen")
    assert page.url.endswith("?utgave=2023-10-01&inndeling=county&omrade=42&omrade=03")
    follow(page, "li:has-text('Agder') >> text=Ta bort")
    assert page.locator("#tabell ~ tbody tr").all_inner_texts() == ["Hele landet\t1", "Oslo\t0"]


def test_a_reader_finds_one_number_and_the_highest_of_it_with_the_keyboard_alone(page):
    # Given somebody who wants one number, on the front page
    page.goto("/")
    # When the number is looked for by a word of it, and opened
    tab_to(page, "sok")
    page.keyboard.type("listelengde kvinnelige")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".index .name").all_inner_texts() == ["Gjennomsnittlig listelengde, kvinnelige fastleger"]
    with page.expect_navigation():
        tab_to(page, page.locator(".index a").first.text_content().strip())
        page.keyboard.press("Enter")
    assert "Kilde for definisjonen" in page.inner_text("aside[aria-label='Om tallet']")
    # Then the areas can stand with the highest first
    tab_to(page, "rekkefolge")
    page.keyboard.type("Høyest")
    tab_to(page, "Vis")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.input_value("#rekkefolge") == "hoyest"
    assert "rekkefolge=hoyest" in page.locator("text=Lenke til denne visningen").get_attribute("href")


def test_a_visitor_gets_from_a_number_to_the_code_that_counts_it(page):
    page.goto("/tall/")
    follow(page, "text=Andel lister uten fast lege >> nth=0")
    assert "1,5" in page.inner_text(".key")
    follow(page, "text=Definisjonen og koden")
    sources = page.locator("pre.source").all_inner_texts()
    assert 'numerator = "lists_vacant"' in sources[0]
    assert '"lists_vacant": _rows("lists", lambda f: ~f.has_gp)' in sources[1]
    assert "def list_facts(on: date)" in sources[-1]


def test_the_front_page_shows_a_map_with_its_table(page):
    page.goto("/")
    assert page.locator(".map svg circle").count() == 5
    assert page.locator(".map svg title").text_content() == "Ledige plasser etter kommune"
    assert page.locator("#karttabell").is_visible()
