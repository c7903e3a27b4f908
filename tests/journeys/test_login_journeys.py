"""Logging in and out with the real provider in a real browser, by mouse and by keyboard, and what comes in between."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from following import follow
from provider_visits import computed_number

from fastlege.identity_provider.running import can_start

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not can_start(), reason="the identity provider is not installed: logins were not tested"),
]
PERSON = 100


def log_in(page, address="/min-side/"):
    """Given a visitor without a login, when they open a page of Min side and say who they are."""
    page.goto(address)
    page.get_by_label("Fødselsnummer").fill(computed_number(PERSON))
    follow(page, page.get_by_role("button", name="Logg inn med nummeret"))


def heading(page):
    return page.locator("h1").inner_text()


def test_a_resident_logs_in_and_out_again(page, site):
    # When a page of Min side is opened, then the provider asks who it is, and the way leads back to the page.
    log_in(page, "/min-side/meldinger/?eldre_enn=5")
    assert page.url == f"{site}/min-side/meldinger/?eldre_enn=5"
    page.goto("/innlogging/")
    assert heading(page) == "Om innloggingen din"
    # Then no page says the number whole, and no script can read the key.
    assert computed_number(PERSON) not in page.content()
    assert "fastlege_session" not in page.evaluate("document.cookie")
    # When the visitor logs out, then also at the provider: next time it asks again.
    follow(page, page.locator("main").get_by_role("button", name="Logg ut"))
    follow(page, page.get_by_role("button", name="Ja, logg ut"))
    assert page.url == f"{site}/logg-ut/ferdig/"
    page.goto("/min-side/")
    assert heading(page) == "Hvem vil du være?"


def test_by_keyboard_alone(page):
    # Given the provider's page, when the visitor writes a number and presses Enter, then it is theirs that counts.
    page.goto("/min-side/")
    page.get_by_label("Fødselsnummer").focus()
    page.keyboard.type("12345")
    page.keyboard.press("Enter")
    assert page.locator("[role=alert] a").inner_text().startswith("Nummeret er ikke fra den syntetiske serien")
    page.locator("[role=alert] a").focus()
    page.keyboard.press("Enter")
    page.locator("#number:focus").wait_for()
    page.keyboard.type(computed_number(PERSON))
    page.keyboard.press("Enter")
    page.wait_for_url("**/min-side/")


def test_a_login_that_ends_in_the_middle_of_a_form(page, site):
    # Given a form that is open, when the visitor logs out at the provider in another tab
    log_in(page, "/min-side/innstillinger/")
    provider = page.context.new_page()
    provider.goto("/min-side/")
    follow(provider, provider.locator("header").get_by_role("button", name="Logg ut"))
    address = provider.url.split("?")[0]
    assert "/session/end" in address
    follow(provider, provider.get_by_role("button", name="Ja, logg ut"))
    # Then the form says that nothing was kept, and a new login leads back to it.
    follow(page, page.locator("main form button[type=submit]").first)
    assert heading(page) == "Du må logge inn igjen"
    assert "Ingenting er endret" in page.locator("main").inner_text()
    follow(page, page.get_by_role("link", name="Logg inn og fortsett"))
    page.get_by_label("Fødselsnummer").fill(computed_number(PERSON))
    follow(page, page.get_by_role("button", name="Logg inn med nummeret"))
    assert page.url == f"{site}/min-side/innstillinger/"


def test_a_login_that_the_provider_ends(page):
    # Given a login, when its session ends at the provider without a visit to the site
    log_in(page)
    provider = page.context.new_page()
    provider.goto("/logg-inn/resident/?igjen=1")
    provider.goto(provider.url.split("/interaction/")[0] + "/session/end")
    follow(provider, provider.get_by_role("button", name="Ja, logg ut"))
    # Then the provider has told the site, and the next page says so.
    page.goto("/min-side/")
    assert heading(page) == "Du må logge inn igjen"


@pytest.mark.parametrize("language", ["", "/nn", "/en"])
def test_the_pages_of_login_are_for_everyone(page, language):
    # Given any of the three languages, then axe finds nothing, and nothing runs out of a narrow screen.
    for address in ("/logg-inn/", "/logg-inn/resident/", "/logg-ut/", "/logg-ut/ferdig/", "/logg-inn/svar/resident/"):
        if address.startswith("/logg-inn/svar") and language:
            continue
        page.goto(language + address)
        found = Axe().run(page).response["violations"]
        assert [(address, each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        page.set_viewport_size({"width": 1280, "height": 900})
