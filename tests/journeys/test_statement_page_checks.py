"""Statements in every language: axe finds nothing, nothing scrolls sideways on a phone, and the files come."""

from hashlib import sha256
from secrets import token_urlsafe

import pytest
from axe_checks import found_by_axe
from following import follow
from logging_in import session_cookie
from residents_site import Visit

pytestmark = pytest.mark.browser

LANGUAGES = {"nb": "", "nn": "/nn", "en": "/en"}
PAGES = {
    "office": ["/kontor/oppgjor/", "/kontor/oppgjor/2026-06/", "/kontor/varsler/"],
    "municipality": [
        "/kommune/oppgjor/",
        "/kommune/oppgjor/4204/",
        "/kommune/oppgjor/4204/2026-06/",
        "/kommune/oppgjor/4204/2026-06/2/",
    ],
}


@pytest.fixture
def reader(browser, residents):
    """`reader(role)`: a narrow phone on which the GP of list 1, or an employee of Kristiansand, has logged in."""
    contexts = []

    def begin(role, *, scripts=False):
        key = token_urlsafe(32)
        residents.connection.execute(
            """insert into access_session (key_digest, role, viewer, doctor_id, office_ids, level, provider,
                   provider_subject, ends_at)
               values (%s, %s, 'municipality', 1, '{1}', 'test', 'office', 'test', now() + interval '2 hours')""",
            [sha256(key.encode()).hexdigest(), role],
        )
        residents.connection.commit()
        context = browser.new_context(
            viewport={"width": 320, "height": 256}, base_url=residents.address, java_script_enabled=scripts
        )
        contexts.append(context)
        context.add_cookies([session_cookie(key, residents.address)])
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    yield begin
    for context in contexts:
        context.close()


@pytest.mark.parametrize("role", PAGES)
def test_axe_finds_nothing_on_statements_and_nothing_scrolls_sideways(reader, role):
    page, found, widths = reader(role, scripts=True), {}, {}
    picture = Visit(page, f"statements-{role}")
    for language, prefix in LANGUAGES.items():
        for address in PAGES[role]:
            answer = page.goto(prefix + address)
            assert answer.status == 200
            assert page.get_attribute("html", "lang") == language
            # What is folded away is looked at too.
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            if language == "nb":
                picture.picture("statement")
            widths[prefix + address] = page.evaluate("document.documentElement.scrollWidth")
            found |= found_by_axe(page, prefix + address, colours=language == "nb")
    assert found == {}
    assert {address: width for address, width in widths.items() if width > 320} == {}


def test_a_gp_finds_the_month_and_what_it_is_made_of(reader):
    page = reader("office")
    page.goto("/kontor/oppgjor/")
    follow(page, page.get_by_role("link", name="juni 2026"))
    assert page.get_by_role("heading", level=1).inner_text() == "Oppgjør for Aase Ødegård, juni 2026"
    page.locator("summary", has_text="Innbyggere etter gruppe").first.click()
    assert "0–5 år, kvinner, 0 legekontakter i fjor" in page.get_by_role("main").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Last ned som PDF").click()
    assert download.value.suggested_filename == "fastlege-2026-06.pdf"
