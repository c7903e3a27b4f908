"""The pages of a report, opened as files: axe finds nothing, nothing scrolls sideways on a phone, policy is kept."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from figures_year import write_year
from report_scene import sealed, small_plan

from fastlege.reporting.report.building import build_report, count_series


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    series = count_series(small_plan(), sealed(write_year(folder / "snapshot")))
    build_report(small_plan(), series, folder / "report", language="en")
    return folder / "report"


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_a_report_and_nothing_scrolls_sideways(browser, report, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    said = []
    page.on("console", lambda message: said.append(message.text))
    for path in sorted(report.glob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == width, path.name
        # Before axe reads the style by a way of its own, which the policy forbids.
        assert said == []
        violations = Axe().run(page).response["violations"]
        assert [(path.name, each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []
        said.clear()
    page.close()


def test_a_reader_goes_from_the_cover_through_the_chapters(browser, report):
    page = browser.new_page()
    page.goto((report / "index.html").as_uri())
    page.get_by_role("link", name="1 The scheme").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "1 The scheme"
    assert page.get_by_role("table", name="Table 1.1. Key figures").is_visible()
    assert page.get_by_role("img", name="Lists").first.is_visible()
    page.get_by_role("link", name="Next 2 Use").click()
    assert page.get_by_role("heading", level=1).inner_text() == "2 Use"
    page.close()
