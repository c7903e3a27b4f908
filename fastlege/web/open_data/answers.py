"""The form of every answer, as openapi.json describes it. All texts for people are in three languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fastlege.figures.catalogue import Definition
from fastlege.figures.levels import Level, Words
from fastlege.web.open_data.reading.pages import FEW_PERSONS, NOTHING_TO_COUNT

Next = Annotated[str | None, Field(description="The address of the next page; null on the last one.")]
EditionId = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}\.[0-9a-f]{8}$",
        description="An edition: its day and the first part of a digest of its content. Other content, other id.",
    ),
]
Source = Annotated[str, Field(description="The provision or the publication that says so.")]
Confidence = Annotated[str, Field(description="How sure the row is: sourced, seed, background, assumed or unknown.")]
First = Annotated[date | None, Field(description="The first day it holds; null when that is open.")]
Last = Annotated[date | None, Field(description="The last day it holds; null when it still does.")]


class Form(BaseModel):
    """Nothing stands in an answer that is not described."""

    model_config = ConfigDict(extra="forbid")


class Resource(Form):
    """One address."""

    address: str
    summary: str


class Index(Form):
    """Where everything is."""

    resources: list[Resource]
    description: Annotated[str, Field(description="The address of openapi.json.")]
    documentation: Annotated[str, Field(description="The address of the page for people.")]
    license: Annotated[str, Field(description="The page of the licence that all answers are given under.")]
    latest: Annotated[EditionId | None, Field(description="The edition of the latest day; null before the first.")]


class Edition(Form):
    """All figures as of one day. What is published never changes: a correction is another edition of the same day."""

    id: EditionId
    as_of: date
    synthetic: Annotated[bool, Field(description="Whether the people and the lists are made up.")]
    values: Annotated[int, Field(description="How many values it has.")]
    figures: list[str]
    levels: list[Level]
    about: Annotated[dict[str, str], Field(description="What it was made from, and the threshold of small counts.")]


State = Annotated[str, Field(description="Keep it, and send it as `since` to get only what has come since.")]
Withdrawn = Annotated[
    list[EditionId], Field(description="Editions of your state that are no longer published: delete their values.")
]


class Editions(Form):
    """All editions, the oldest day first."""

    editions: list[Edition]
    withdrawn: Withdrawn
    state: State


class Value(Form):
    """One figure for one area, whole or for one group of a dimension."""

    edition: EditionId
    as_of: date
    figure: str
    level: Level
    area: str
    dimension: Annotated[str | None, Field(description="What the figure is divided by; null when it is whole.")]
    group: Annotated[str | None, Field(description="The group of the dimension.")]
    value: Annotated[float | None, Field(description="Null where it may not be shown, and where there is none.")]
    numerator: int | None
    denominator: int | None
    unit: str
    suppressed: Annotated[bool, Field(description="Hidden, so that nobody can be found from a small count.")]
    reason: Annotated[
        Literal["few_persons", "nothing_to_count"] | None,
        Field(description=f"Why there is no value. {FEW_PERSONS}: hidden. {NOTHING_TO_COUNT}: nothing to divide by."),
    ]


class Values(Form):
    """A page of values, in the order of editions, figures, levels and areas."""

    values: list[Value]
    next: Next
    withdrawn: Withdrawn
    state: State


class FigureSummary(Form):
    """One figure, briefly."""

    id: str
    order: int
    theme: str
    title: Words
    unit: str
    unit_words: Words
    decimals: int
    direction: str
    status: str
    splits: Annotated[list[str], Field(description="The dimensions it can be divided by.")]
    editions: Annotated[list[EditionId], Field(description="The editions that have it.")]
    definition: Annotated[str, Field(description="The address of its definition.")]


class Figures(Form):
    """A page of the figures, in the order of the catalogue."""

    figures: list[FigureSummary]
    next: Next


@dataclass(frozen=True)
class DescribedDefinition(Definition):
    """Everything there is to know of a figure. `numerator` and `denominator` are the measures it is counted from."""

    unit_words: Words


class Definitions(Form):
    """A page of the definitions, in the order of the catalogue."""

    definitions: list[DescribedDefinition]
    next: Next


class Group(Form):
    """One group of a dimension."""

    code: str
    name: Words


class Dimension(Form):
    """What figures can be divided by besides area."""

    id: str
    title: Words
    groups: Annotated[
        list[Group],
        Field(description="In their order. Of those that are found (diagnoses), the ones with a name."),
    ]
    figures: Annotated[list[str], Field(description="The figures that can be divided by it.")]


class Dimensions(Form):
    """A page of dimensions."""

    dimensions: list[Dimension]
    next: Next


class Area(Form):
    """One area in the days when it had this name and lay in this county."""

    level: Level
    code: str
    name: Words
    county: Annotated[str | None, Field(description="The county that it lies in, for municipalities.")]
    served_by: Annotated[
        str | None, Field(description="The municipality that runs the scheme for it, where it has no lists of its own.")
    ]
    valid_from: First
    valid_to: Last
    followed_by: Annotated[list[str], Field(description="The codes of its land after the last day.")]


class Areas(Form):
    """A page of areas."""

    areas: list[Area]
    next: Next


class RuleParameter(Form):
    """One limit, deadline or rate under one provision."""

    parameter: str
    value: Annotated[
        float | int | bool | str | list[str] | None, Field(description="Null when nobody has found what it was.")
    ]
    unit: str
    valid_from: First
    valid_to: Last
    source: Source
    confidence: Confidence
    note: str


class RuleParameters(Form):
    """A page of rule parameters, by name and day."""

    parameters: list[RuleParameter]
    next: Next


class Tariff(Form):
    """One fee in one period, in whole kroner."""

    code: str
    name: str
    contact_type: str
    amount: Annotated[int | None, Field(description="The whole fee; null where the source gives only the share.")]
    patient_share: Annotated[int | None, Field(description="What the patient pays; null where it is not given.")]
    valid_from: First
    valid_to: Last
    source: Source
    confidence: Confidence


class Tariffs(Form):
    """A page of tariffs, in the order of their codes."""

    tariffs: list[Tariff]
    next: Next


class TariffRule(Form):
    """One rule on what may be claimed together, how often, when and by whom; `ALL` is every code."""

    code: str
    rule: str
    argument: str
    valid_from: First
    valid_to: Last
    source: Source
    confidence: Confidence
    note: str


class TariffRules(Form):
    """A page of tariff rules, in the order of their codes."""

    tariff_rules: list[TariffRule]
    next: Next


class ProblemDetails(Form):
    """Why a request was refused (RFC 9457), in the language of Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    parameter: Annotated[str, Field(description="The parameter that is wrong.")] = ""
