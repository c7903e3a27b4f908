"""The pictures of Min side: waits on one scale, and rings of lists."""

import re
from math import dist

import pytest
from django.utils import translation

from fastlege.planning.waits.words import Wait as Estimate
from fastlege.web.pictures.rings import ring_picture
from fastlege.web.pictures.told_waits import shown_waits
from fastlege.web.pictures.waits import Scale, Wait, scale_for, wait_picture

MONTH = 365.25 / 12


def band(svg):
    return tuple(map(float, re.search(r'class="band" x="([\d.]+)" y="2" width="([\d.]+)"', svg).groups()))


def middle(svg):
    return float(re.search(r'class="middle" x1="([\d.]+)"', svg)[1])


def test_a_wait_is_drawn_from_its_shorter_to_its_longer_end_with_the_middle_between():
    svg = wait_picture(Wait(3 * MONTH, 5 * MONTH, 9 * MONTH), Scale(12, 3))
    assert band(svg) == (25.0, 50.0)
    assert middle(svg) == pytest.approx(41.67)


def test_a_wait_without_a_known_end_runs_off_the_scale():
    start, width = band(wait_picture(Wait(12 * MONTH, 20 * MONTH, None), Scale(24, 6)))
    assert (start, start + width) == (50.0, 100.0)


def test_a_wait_of_no_width_is_still_seen_and_stays_in_the_picture():
    start, width = band(wait_picture(Wait(12 * MONTH, 12 * MONTH, 12 * MONTH), Scale(12, 3)))
    assert width == 1.0
    assert start + width == 100.0


@pytest.mark.parametrize(
    ("months", "scale"), [(1, 3), (3, 3), (3.1, 6), (11, 12), (13, 24), (36, 36), (37, 60), (999, 240)]
)
def test_the_scale_is_the_shortest_that_every_wait_fits_on(months, scale):
    assert scale_for([Wait(0, 1, 2), Wait(0, 1, months * MONTH)]).months == scale


def test_waits_of_one_page_share_a_scale_and_one_that_cannot_be_said_has_no_picture():
    with translation.override("nb"):
        shown = shown_waits([Estimate(60, 90, 150, "estimated"), Estimate(None, None, None, "list_locked"), None])
    assert shown[0].marks == ("nå", "2 md.", "4 md.", "6 md.")
    assert "mellom 2 og 5 måneder, oftest rundt 3" in shown[0].text
    assert (shown[1].picture, shown[1].marks) == ("", ())
    assert "låst" in shown[1].text
    assert shown[2].text == "Ventetiden blir anslått når neste runde er holdt."


@pytest.mark.parametrize("lists", [2, 3, 7, 12])
def test_a_ring_has_a_node_a_list_and_an_arrow_to_the_next(lists):
    svg = ring_picture(lists, own=0, title="t", description="d")
    nodes = [tuple(map(float, found)) for found in re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)]
    tips = [tuple(map(float, found)) for found in re.findall(r'points="([\d.]+),([\d.]+) ', svg)]
    assert len(nodes) == len(tips) == lists
    for n, tip in enumerate(tips):
        nearest = min(range(lists), key=lambda other, tip=tip: dist(tip, nodes[other][:2]))
        assert nearest == (n + 1) % lists
        assert dist(tip, nodes[nearest][:2]) > nodes[nearest][2]
    assert svg.count('class="own"') == 1


def test_nodes_of_a_large_ring_do_not_touch():
    svg = ring_picture(12, own=3, title="t", description="d")
    nodes = [tuple(map(float, found)) for found in re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)]
    assert all(dist(a[:2], b[:2]) > a[2] + b[2] for n, a in enumerate(nodes) for b in nodes[:n])


def test_texts_of_a_ring_are_escaped():
    assert "<b>" not in ring_picture(2, own=0, title="<b>", description="<b>")
