"""What research found about this market, and what the run shows beside it."""

from __future__ import annotations

from html import escape

import polars as pl

from fastlege.simulation.life.policies.catalogue import ROUND
from fastlege.simulation.life.telling.results import Compared, Lived
from fastlege.simulation.life.telling.wording import Wording

_QUEUE, _UNGUARDED = "queue", "unguarded"
_FROM_QUEUE = ("served_chosen_queue", "served_swap", "served_cycle")


def first_round(lived: Lived) -> list[tuple[str, int, float]]:
    """For each policy the people served from the queue in the first month, and their share of all who waited then."""
    rows = []
    for policy in lived.policies:
        month = lived.of(policy).row(0, named=True)
        served = sum(month[name] for name in _FROM_QUEUE)
        rows.append((policy, served, served / max(served + month["waiting"], 1)))
    return rows


def beside_research(lived: Lived, compared: Compared, wording: Wording) -> str:
    """What the study found, and the same numbers of this run."""
    first, last = lived.of(ROUND).row(0, named=True), lived.of(ROUND).row(-1, named=True)
    exchanged = first["served_swap"] + first["served_cycle"]
    waited = first["waiting"] + sum(first[name] for name in _FROM_QUEUE)
    points = [wording.text("research_first", share=wording.percent(exchanged / max(waited, 1)))]
    if _QUEUE in lived.policies:
        alone = lived.of(_QUEUE).row(-1, named=True)["waiting"]
        fewer = wording.percent(1 - last["waiting"] / max(alone, 1))
        points.append(wording.text("research_queue", share=fewer, months=lived.origin.months))
    if _UNGUARDED in lived.policies:
        later = {row["policy"]: row["later"] for row in compared.whole.filter(pl.col("later") >= 0).rows(named=True)}
        numbers = {"later": wording.number(later[_UNGUARDED]), "ours": wording.number(later[ROUND])}
        points.append(wording.text("research_back", **numbers))
    items = "".join(f"<li>{escape(point)}</li>" for point in points)
    return (
        f"<section><h2>{escape(wording.text('research'))}</h2><p>{escape(wording.text('research_text'))}</p>"
        f"<ul>{items}</ul></section>"
    )
