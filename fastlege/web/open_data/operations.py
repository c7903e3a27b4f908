"""All operations of the open data: what is here is served, described in openapi.json and shown to people."""

from __future__ import annotations

import orjson

from fastlege.reporting import licence
from fastlege.web.open_data import answers, reference
from fastlege.web.open_data.asking import shared
from fastlege.web.open_data.examples import EXAMPLES
from fastlege.web.open_data.of_figures import (
    all_definitions,
    all_editions,
    dimensions,
    figures,
    one_definition,
    values_csv,
    values_json,
)
from fastlege.web.open_data.problems import ROOT
from fastlege.web.open_data.rows import of_day
from fastlege.web.open_data.serving import Answer, Asked, Operation, shown

_FILTERS = (shared.FIGURE, shared.LEVEL, shared.AREA, shared.DIMENSION, shared.GROUP, shared.EDITION, shared.SINCE)
_CATALOGUE = (shared.FIGURE, shared.limit(100, 500), shared.CURSOR)
_FIGURES, _RULES = "Figures", "Reference data"


def _index(asked: Asked) -> Answer:
    installed = shown()
    content = {
        "resources": [{"address": ROOT + each.path, "summary": each.summary} for each in OPERATIONS if each.path],
        "description": ROOT + "openapi.json",
        "documentation": "/api/",
        "license": licence.PAGE,
        "latest": str(installed[-1].key) if installed else None,
    }
    return Answer(lambda: orjson.dumps(content))


def _rows(path: str, summary: str, text: str, model: type, *filters: str) -> Operation:
    """An operation over dated rows."""
    name = path.replace("-", "_")
    known = {each.name: each for each in (shared.LEVEL, shared.PARAMETER, shared.CODE, shared.RULE)}
    return Operation(
        path,
        name,
        _RULES,
        summary,
        text,
        of_day(name, getattr(reference, name), filters),
        model,
        EXAMPLES[name],
        (shared.ON, *(known[each] for each in filters), shared.limit(500, 2_000), shared.CURSOR),
        editions=False,
        refusals=(404, 410),
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation("", "index", _FIGURES, "Where everything is", "", _index, answers.Index, EXAMPLES["index"]),
    Operation(
        "editions",
        "editions",
        _FIGURES,
        "The editions: all figures as of one day each",
        "Send the `state` of your last reading as `since` to see what has come and what was withdrawn.",
        all_editions,
        answers.Editions,
        EXAMPLES["editions"],
        (shared.SINCE,),
    ),
    Operation(
        "figures",
        "figures",
        _FIGURES,
        "The figures, briefly",
        "",
        figures,
        answers.Figures,
        EXAMPLES["figures"],
        _CATALOGUE,
        refusals=(410,),
    ),
    Operation(
        "definitions",
        "definitions",
        _FIGURES,
        "The definitions of the figures, in three languages",
        "With sources, published reference values, and what to know before comparing through time.",
        all_definitions,
        answers.Definitions,
        EXAMPLES["definitions"],
        _CATALOGUE,
        editions=False,
        refusals=(410,),
    ),
    Operation(
        "definitions/{figure}",
        "definition",
        _FIGURES,
        "The definition of one figure",
        "",
        one_definition,
        answers.DescribedDefinition,
        EXAMPLES["definition"],
        place=shared.FIGURE_PLACE,
        editions=False,
        refusals=(404,),
    ),
    Operation(
        "dimensions",
        "dimensions",
        _FIGURES,
        "What figures are divided by, with the groups",
        "",
        dimensions,
        answers.Dimensions,
        EXAMPLES["dimensions"],
        (shared.limit(100, 500), shared.CURSOR),
        editions=False,
        refusals=(410,),
    ),
    Operation(
        "values",
        "values",
        _FIGURES,
        "The values, a page at a time",
        "In the order of editions. An edition that comes while you read does not enter the reading: when you have the "
        "last page, keep `state`, and ask with `since` for what has come.",
        values_json,
        answers.Values,
        EXAMPLES["values"],
        (*_FILTERS, shared.limit(1_000, 5_000), shared.CURSOR),
        refusals=(404, 410),
    ),
    Operation(
        "values.csv",
        "values_csv",
        _FIGURES,
        "The values as CSV",
        "Comma, UTF-8, a heading. A page may hold a whole edition; the header Link has the address of the next one.",
        values_csv,
        None,
        EXAMPLES["values_csv"],
        (*_FILTERS, shared.LANGUAGE, shared.limit(50_000, 50_000), shared.CURSOR),
        media="text/csv",
        refusals=(404, 410),
    ),
    _rows(
        "areas",
        "The areas, with the days they have held",
        "Municipalities on the borders of each time.",
        answers.Areas,
        "level",
    ),
    _rows("parameters", "The limits, deadlines and rates of the rules", "", answers.RuleParameters, "parameter"),
    _rows("tariffs", "The fees", "", answers.Tariffs, "code"),
    _rows("tariff-rules", "The rules on what may be claimed together", "", answers.TariffRules, "code", "rule"),
)
