"""The page on dynamics: pictures of the months under each policy, each with its table, in one file without script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files

import polars as pl

from fastlege.simulation.life.policies.catalogue import PRACTICE, ROUND
from fastlege.simulation.life.telling.parts import Table, figure, folded, key, shown
from fastlege.simulation.life.telling.pictures import Bar, Caption, Line, Part, bars, lines
from fastlege.simulation.life.telling.research import beside_research, first_round
from fastlege.simulation.life.telling.results import Compared, Lived
from fastlege.simulation.life.telling.wording import Wording
from fastlege.simulation.recipe import life_table

_OVER_TIME = (
    ("waiting", "waiting", 0),
    ("wait_mean", "wait_mean", 0),
    ("wait_median", "wait_median", 0),
    ("wait_p90", "wait_p90", 0),
    ("served", "served", 0),
    ("served_wait", "served_wait_mean", 0),
    ("within", "pct_within_month", 1),
    ("without", "without_list", 0),
)
_AT_THE_END = (
    "waiting", "places", "wait_mean", "wait_median", "wait_p90", "wait_max", "served", "served_wait_mean",
    "served_wait_median", "served_wait_p90", "served_wait_max", "pct_within_month", "pct_first_wish", "gave_up",
    "without_list", "lists_open", "lists_vacant",
)  # fmt: skip
_REASONS = ("chosen_queue", "swap", "cycle", "chosen_direct")
_CLASSES = (-24, -12, -6, -3, -1, 1, 3, 6, 12, 24)
_SIZES = ("under_2000", "2000_4999", "5000_9999", "10000_49999", "50000_plus")


def draw_page(lived: Lived, compared: Compared, wording: Wording) -> str:
    """The page as HTML. The run must hold today's practice and our round."""
    say = wording.text
    style = (files(__package__) / "style.css").read_text(encoding="utf-8")
    over_time = "".join(_over_time(lived, wording, *row) for row in _OVER_TIME)
    return (
        f'<!doctype html><html lang="{wording.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(say('title'))}</title><style>{style}</style></head><body><main>"
        f"<h1>{escape(say('title'))}</h1>{_lead(lived, wording)}{_answers(lived, compared, wording)}"
        f"{_ways(lived, wording)}{_first(lived, wording)}{over_time}{_reasons(lived, wording)}{_end(lived, wording)}"
        f"{_who(compared, wording)}{_spread(compared, wording)}{_sizes(compared, wording)}"
        f"{beside_research(lived, compared, wording)}{_how(lived, wording)}</main></body></html>\n"
    )


def _lead(lived: Lived, wording: Wording) -> str:
    origin = lived.origin
    lead = wording.text(
        "lead", people=wording.number(origin.people), months=origin.months, start=wording.day(origin.as_of)
    )
    return f"<p>{escape(lead)}</p><p class='soft'>{escape(wording.text('synthetic'))}</p>"


def _answers(lived: Lived, compared: Compared, wording: Wording) -> str:
    """Four numbers: queue and wait at the end beside today's practice, and whose wait became shorter and longer."""
    ours, theirs = (lived.of(policy).row(-1, named=True) for policy in (ROUND, PRACTICE))
    queue = 1 - ours["waiting"] / max(theirs["waiting"], 1)
    wait = 1 - (ours["wait_mean"] or 0) / max(theirs["wait_mean"] or 0, 1e-9)
    people = compared.whole.row(by_predicate=pl.col("policy") == ROUND, named=True)
    items = [
        (queue < 0, wording.percent(abs(queue)), "more_queue" if queue < 0 else "answer_queue"),
        (wait < 0, wording.percent(abs(wait)), "more_wait" if wait < 0 else "answer_wait"),
        (False, wording.number(people["earlier"]), "answer_earlier"),
        (True, wording.number(people["later"]), "answer_later"),
    ]
    values = {"months": lived.origin.months, "by": wording.number(people["later_by"], 1)}
    rows = "".join(
        f"<li{' class=worse' if worse else ''}><strong>{escape(number)}</strong>"
        f"{escape(wording.text(name, **values))}</li>"
        for worse, number, name in items
    )
    return f'<ul class="answers">{rows}</ul>'


def _ways(lived: Lived, wording: Wording) -> str:
    rows = "".join(
        f'<dt class="{policy}">{escape(wording.policy(policy))}</dt><dd>{escape(wording.policy(policy, "text"))}</dd>'
        for policy in lived.policies
    )
    return f'<dl class="ways">{rows}</dl>'


def _first(lived: Lived, wording: Wording) -> str:
    rows = first_round(lived)
    picture = bars(
        Caption("first", wording.text("first"), _described(wording, rows)),
        [
            Bar(wording.policy(policy), [Part("cycle", served)], f"{wording.number(served)} ({wording.percent(share)})")
            for policy, served, share in rows
        ],
    )
    table = Table(
        [wording.text("scenario"), wording.text("persons"), wording.text("share")],
        [[wording.policy(policy), wording.number(served), wording.percent(share)] for policy, served, share in rows],
    )
    text = wording.text("first_text", settle=lived.origin.settle)
    return figure(wording.text("first"), text, picture, table, wording.text("table"))


def _described(wording: Wording, rows: Sequence[tuple[str, float, float]]) -> str:
    return "; ".join(f"{wording.policy(policy)}: {wording.number(served)}" for policy, served, _ in rows) + "."


def _over_time(lived: Lived, wording: Wording, name: str, column: str, places: int) -> str:
    series = {policy: lived.of(policy)[column].to_list() for policy in lived.policies}
    months = [wording.month(day) for day in lived.of(PRACTICE)["day"]]
    ends = "; ".join(f"{wording.policy(p)}: {wording.number(values[-1], places)}" for p, values in series.items())
    caption = Caption(name, wording.text(name), f"{months[-1]}: {ends}.")
    picture = lines(
        caption,
        [Line(policy, wording.policy(policy), values) for policy, values in series.items()],
        months,
        lambda value: wording.number(value, 0 if value == round(value) else 1),
    )
    table = Table(
        [wording.text("month"), *(wording.policy(policy) for policy in series)],
        [
            [month, *(wording.number(values[place], places) for values in series.values())]
            for place, month in enumerate(months)
        ],
    )
    return figure(wording.text(name), wording.text(f"{name}_text"), picture, table, wording.text("table"))


def _end(lived: Lived, wording: Wording) -> str:
    """All measures of the last month, a column a policy."""
    last = {policy: lived.of(policy).row(-1, named=True) for policy in lived.policies}
    month = wording.month(lived.of(PRACTICE)["day"][-1])
    table = Table(
        [wording.text("measure"), *(wording.policy(policy) for policy in last)],
        [
            [wording.measure(name), *(wording.number(row[name], int(name.startswith("pct"))) for row in last.values())]
            for name in _AT_THE_END
        ],
    )
    title = wording.text("end")
    text = escape(wording.text("end_text", month=month))
    return f"<section><h2>{escape(title)}</h2><p>{text}</p>{shown(title, table)}</section>"


def _reasons(lived: Lived, wording: Wording) -> str:
    sums = {policy: [int(lived.of(policy)[f"served_{r}"].sum()) for r in _REASONS] for policy in lived.policies}
    described = "; ".join(f"{wording.policy(policy)}: {wording.number(sum(row))}" for policy, row in sums.items())
    picture = bars(
        Caption("reasons", wording.text("reasons"), described + "."),
        [
            Bar(
                wording.policy(policy),
                [Part(reason, count) for reason, count in zip(_REASONS, row, strict=True)],
                wording.number(sum(row)),
            )
            for policy, row in sums.items()
        ],
    )
    table = Table(
        [wording.text("scenario"), *(wording.reason(reason) for reason in _REASONS)],
        [[wording.policy(policy), *(wording.number(count) for count in row)] for policy, row in sums.items()],
    )
    words = key([(reason, wording.reason(reason)) for reason in _REASONS])
    return figure(
        wording.text("reasons"), wording.text("reasons_text"), picture, table, wording.text("table"), key=words
    )


def _who(compared: Compared, wording: Wording) -> str:
    rows = compared.whole.rows(named=True)
    picture = bars(
        Caption(
            "who",
            wording.text("who"),
            "; ".join(_in_words(row, wording.policy(row["policy"]), wording) for row in rows),
        ),
        [
            Bar(wording.policy(row["policy"]), _three(row), f"{wording.text('later')} {wording.number(row['later'])}")
            for row in rows
        ],
    )
    table = Table(
        [wording.text("scenario"), *_heads(wording)],
        [[wording.policy(row["policy"]), *_cells(row, wording)] for row in rows],
    )
    return figure(
        wording.text("who"), wording.text("who_text"), picture, table, wording.text("table"), key=_three_key(wording)
    )


def _sizes(compared: Compared, wording: Wording) -> str:
    ours = {row["size_group"]: row for row in compared.by_size.filter(pl.col("policy") == ROUND).rows(named=True)}
    rows = [ours[size] for size in _SIZES if size in ours]
    picture = bars(
        Caption(
            "sizes", wording.text("sizes"),
            "; ".join(_in_words(row, wording.size(row["size_group"]), wording) for row in rows),
        ),
        [
            Bar(
                wording.size(row["size_group"]),
                [Part(part.style, part.length / max(_served(row), 1)) for part in _three(row)],
                f"{wording.text('later')} {wording.percent(row['later'] / max(_served(row), 1))}",
            )
            for row in rows
        ],
        whole=1.0,
    )  # fmt: skip
    table = Table(
        [wording.text("size_of"), *_heads(wording)],
        [[wording.size(row["size_group"]), *_cells(row, wording)] for row in rows],
    )
    text = wording.text("sizes_text")
    return figure(wording.text("sizes"), text, picture, table, wording.text("table"), key=_three_key(wording))


def _spread(compared: Compared, wording: Wording) -> str:
    found = dict(compared.by_class.filter(pl.col("policy") == ROUND).select("from_months", "people").rows())
    rows = [(step, int(found.get(step, 0))) for step in _CLASSES]
    labels = {step: _class_label(step, wording) for step in _CLASSES}
    picture = bars(
        Caption("spread", wording.text("spread"), "; ".join(f"{labels[s]}: {wording.number(n)}" for s, n in rows)),
        [
            Bar(labels[step], [Part("earlier" if step < 0 else "later", count)], wording.number(count))
            for step, count in rows
        ],
    )
    table = Table(
        [wording.text("months_class"), wording.text("people")],
        [[labels[step], wording.number(count)] for step, count in rows],
    )
    return figure(wording.text("spread"), wording.text("spread_text"), picture, table, wording.text("table"))


def _class_label(step: int, wording: Wording) -> str:
    bounds = {1: "1–2", 3: "3–5", 6: "6–11", 12: "12–23", 24: wording.text("or_more", n=24)}
    return f"{wording.text('earlier' if step < 0 else 'later')}: {bounds[abs(step)]}"


def _served(row: dict[str, int]) -> int:
    return row["earlier"] + row["same"] + row["later"]


def _three(row: dict[str, int]) -> list[Part]:
    return [Part(name, row[name]) for name in ("earlier", "same", "later")]


def _three_key(wording: Wording) -> str:
    return key([(name, wording.text(name)) for name in ("earlier", "same", "later")])


def _heads(wording: Wording) -> list[str]:
    names = ("people", "earlier", "same", "later", "not_served", "earlier_by", "later_by", "later_p90", "later_most")
    return [wording.text(name) for name in names]


def _cells(row: dict[str, float | None], wording: Wording) -> list[str]:
    counts = [wording.number(row[name]) for name in ("people", "earlier", "same", "later", "not_served")]
    means = [wording.number(row[name], 1) for name in ("earlier_by", "later_by")]
    return [*counts, *means, wording.number(row["later_p90"]), wording.number(row["later_most"])]


def _in_words(row: dict[str, int], label: str, wording: Wording) -> str:
    parts = ", ".join(f"{wording.text(n).lower()} {wording.number(row[n])}" for n in ("earlier", "same", "later"))
    return f"{label}: {parts}"


def _how(lived: Lived, wording: Wording) -> str:
    origin = lived.origin
    text = wording.text(
        "how_text", name=origin.title, start=wording.day(origin.as_of), seed=origin.seed, settle=origin.settle
    )
    rates = life_table("rates")
    table = Table(
        [wording.text(name) for name in ("rate", "value", "unit", "confidence", "source")],
        [
            [row["name"], f"{row['value']:g}", row["unit"], wording.confidence(row["confidence"]),
             "; ".join(part for part in (row["source"], row["note"]) if part)]
            for row in rates.rows(named=True)
        ],
        frozenset({2, 3, 4}),
    )  # fmt: skip
    ages = life_table("by_age")
    by_age = Table([str(column) for column in ages.columns], [[f"{cell:g}" for cell in row] for row in ages.rows()])
    return (
        f"<section><h2>{escape(wording.text('how'))}</h2><p>{escape(text)}</p><p>{escape(wording.text('limits'))}</p>"
        f"{folded('rates', table, wording.text('table'))}{folded('by_age', by_age, wording.text('table'))}</section>"
    )
