"""The static profiles, opened as files: axe finds nothing, nothing scrolls sideways on a phone, two sides on paper."""

import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from profiles_scene import HIDDEN, MOSKENES, OSLO, write_edition

from fastlege.reporting.profiles.building import build_profiles
from fastlege.reporting.profiles.comparing import Profiles

PAGES = (f"{MOSKENES}.html", f"{OSLO}.html", "index.html", "definitions.html")


@pytest.fixture(scope="module")
def profiles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("profiles")
    past = [write_edition(folder / str(year), date(year, 10, 1), times=1 + year % 7 / 10) for year in range(2021, 2026)]
    now = write_edition(folder / "now", changes={("waiting_persons", MOSKENES): HIDDEN})
    build_profiles(Profiles([*past, now]), folder / "out", tell=lambda what, share: None)
    return folder / "out"


@pytest.mark.parametrize(
    ("language", "width", "names"),
    [("nb", 320, PAGES), ("nb", 1280, PAGES[:3]), ("nn", 320, PAGES[:1]), ("en", 1280, PAGES[:1])],
)
def test_axe_finds_nothing_on_a_profile_and_nothing_scrolls_sideways(browser, profiles, language, width, names):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    for name in names:
        page.goto((profiles / language / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
        # Before axe reads the style by a way of its own, which the policy forbids.
        assert said == []
        found = Axe().run(page).response["violations"]
        assert [(name, each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
        said.clear()
    context.close()


def test_a_profile_with_its_past_is_two_sides_on_paper(browser, profiles):
    page = browser.new_page()
    page.goto((profiles / "nb" / f"{MOSKENES}.html").as_uri())
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 2
    page.close()


def test_a_reader_goes_with_the_keyboard_from_the_index_to_a_profile_and_its_definitions(browser, profiles):
    page = browser.new_page()
    page.goto((profiles / "nb" / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hopp til innholdet"
    page.get_by_role("link", name="Moskenes", exact=True).focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Moskenes"
    assert page.get_by_role("table", name="Kapasitet i Moskenes ved siden av andre").is_visible()
    assert page.get_by_role("img", name="Kapasitet: Moskenes ved siden av andre").is_visible()
    page.get_by_role("link", name="Listeinnbyggere", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/definitions.html#residents")
    assert page.locator("h2#residents").inner_text() == "Listeinnbyggere"
    page.close()
