"""Every page of the site in every language: it is there, fits, follows its own policy, and axe finds nothing."""

import pytest
from axe_checks import found_by_axe

pytestmark = pytest.mark.browser

LANGUAGES = {"nb": "", "nn": "/nn", "en": "/en"}
PAGES = {
    "front": "/",
    "search": "/finn-fastlege/",
    "search with filters": "/finn-fastlege/?q=Lund&ledig=1&kjonn=kvinne",
    "search without a hit": "/finn-fastlege/?q=xyzzy",
    "open list": "/liste/1/",
    "closed list": "/liste/2/",
    "vacant list": "/liste/3/",
    "locked list": "/liste/4/",
    "figures": "/tall/",
    "figure with a mean": "/tall/mean_list_length_with_gp/?inndeling=size_group",
    "figure of persons": "/tall/waiting_persons/",
    "figure by municipality": "/tall/free_places_with_gp/?inndeling=municipality",
    "open data": "/api/",
    "figure of areas compared, with a break": "/tall/lists_vacant/?omrade=42&omrade=0301&utgave=2023-10-01",
    "figure by group": "/tall/gps_by_kind/?gruppe=gp_age&omrade=42",
    "source of a figure": "/tall/share_lists_vacant/kilde/",
    "figures of one area": "/tall/?omrade=0301",
    "bad filter": "/tall/lists/?omrade=x",
    "profiles": "/kommuneprofil/",
    "profile": "/kommuneprofil/4204/",
    "number of before": "/kommuneprofil/1001/",
    "about": "/om/",
    "accessibility": "/tilgjengelighet/",
    "not found": "/finnes-ikke/",
    "bad parameter": "/finn-fastlege/?side=abc",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_a_phone_load_nothing_from_elsewhere_keep_the_policy_and_axe_finds_nothing(browser, site, language):
    context = browser.new_context()
    page = context.new_page()
    found, widths, broken, elsewhere = {}, {}, [], []
    page.on("console", lambda message: broken.append(message.text) if "Content Security" in message.text else None)
    page.on(
        "request", lambda request: None if request.url.startswith((site, "data:")) else elsewhere.append(request.url)
    )
    for name, address in PAGES.items():
        # 320 pixels is also 1280 pixels at 400 per cent.
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(site + LANGUAGES[language] + address)
        assert page.get_attribute("html", "lang") == language
        widths[name] = page.evaluate("document.documentElement.scrollWidth")
        page.set_viewport_size({"width": 1280, "height": 900})
        found |= found_by_axe(page, name, colours=language == "nb")
    context.close()
    assert found == {}
    assert {name: width for name, width in widths.items() if width > 320} == {}
    assert broken == []
    assert elsewhere == []
