"""The journeys through one site go to one process, so that it is built once."""

import re
from pathlib import Path

import pytest
from spreading import Spreading, turn

ROOT = Path(__file__).parents[2]
JOURNEYS = sorted(ROOT.glob("tests/journeys/test_*.py"))
# The fixtures that need one site or the other.
SITES = {"the public site": {"site", "page"}, "Min side": {"residents", "visit"}}


def scope_of(path):
    return Spreading._split_scope(None, f"{path.relative_to(ROOT)}::test_one")


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_a_journey_through_a_site_goes_where_the_site_is(path):
    signatures = re.findall(r"^def \w+\((.*)\):", path.read_text(), re.MULTILINE)
    asked = {name.strip() for found in signatures for name in found.split(",")}
    needed = [site for site, fixtures in SITES.items() if asked & fixtures]
    assert scope_of(path) in (needed or [str(path.relative_to(ROOT))])


def test_every_name_in_the_plan_is_of_a_file():
    scopes = {scope_of(path) for path in JOURNEYS}
    assert scopes > SITES.keys()
    demo = "tests/integration/test_demo.py"
    assert (ROOT / demo).exists()
    assert Spreading._split_scope(None, f"{demo}::test_one") == f"{demo}::test_one"
    assert turn(f"{demo}::test_one") < turn("tests/integration/test_messages.py") < turn("tests/unit")
