"""Every page of Min side in every language: axe finds nothing, the policy is kept, nothing scrolls sideways."""

import pytest
from axe_checks import found_by_axe

pytestmark = pytest.mark.browser

LANGUAGES = {"nb": "", "nn": "/nn", "en": "/en"}
# Whose page it is, and its address; each page in a state that shows most of it.
PAGES = {
    "overview": ("waiting", "/min-side/"),
    "overview with an offer": ("asked", "/min-side/"),
    "overview with an offer to a child": ("asked mother", "/min-side/"),
    "public search": ("mother", "/finn-fastlege/"),
    "public page of a full list": ("mother", "/liste/11/"),
    "search": ("mother", "/min-side/finn-fastlege/?sted=Ingensteds"),
    "open list": ("mother", "/min-side/liste/1/"),
    "vacant list": ("mother", "/min-side/liste/3/"),
    "full list": ("waiting", "/min-side/liste/11/"),
    "whom a switch is for": ("mother", "/min-side/bytte/1/?sjekk=1"),
    "check of a switch": ("waiting", "/min-side/bytte/1/"),
    "joining a queue": ("mother", "/min-side/ko/ny/2/"),
    "places": ("waiting", "/min-side/ko/meg/"),
    "withdrawing": ("waiting", "/min-side/ko/meg/2/trekk/"),
    "offer": ("asked", "/min-side/tilbud/meg/8/"),
    "offer that is over": ("waiting", "/min-side/tilbud/meg/8/"),
    "why not": ("waiting", "/min-side/hvorfor/meg/ko/2/"),
    "why": ("ring", "/min-side/hvorfor/meg/plass/6/"),
    "messages": ("ring", "/min-side/meldinger/"),
    "history": ("used up", "/min-side/historikk/meg/"),
    "who has looked": ("waiting", "/min-side/innsyn/meg/"),
    "leaving the scheme": ("waiting", "/min-side/ordningen/meg/"),
    "switches that are spent": ("used up", "/min-side/bytte/10/"),
    "guardian": ("guardian", "/min-side/"),
    "application": ("used up", "/min-side/soknad/meg/"),
    "records": ("ring 2", "/min-side/journal/meg/"),
    "settings": ("waiting", "/min-side/innstillinger/"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways_on_a_phone(visit, language):
    visits, found, widths, broken = {}, {}, {}, []
    for name, (who, address) in PAGES.items():
        if who not in visits:
            # 320 by 256 pixels is also a screen of 1280 by 1024 at 400 per cent. Only axe itself needs scripts.
            visits[who] = visit(who, height=256, scripts=True).page
            visits[who].on(
                "console", lambda said: broken.append(said.text) if "Content Security" in said.text else None
            )
        page = visits[who]
        page.goto(LANGUAGES[language] + address)
        assert page.get_attribute("html", "lang") == language
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
        found |= found_by_axe(page, name, colours=language == "nb")
    assert found == {}
    assert {name: width for name, width in widths.items() if width > 320} == {}
    assert broken == []
