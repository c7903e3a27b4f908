"""The description of the interface as OpenAPI 3.1, made from the operations, their parameters and their forms."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

import orjson
from pydantic import TypeAdapter

from fastlege.reporting import licence
from fastlege.web.open_data.answers import Index, ProblemDetails
from fastlege.web.open_data.asking.parameters import Parameter
from fastlege.web.open_data.operations import OPERATIONS
from fastlege.web.open_data.problems import MEDIA, ROOT
from fastlege.web.open_data.serving import Answer, Asked, Operation

_FORMS = "#/components/schemas/{model}"
_ABOUT = """
Figures and reference data of the scheme of regular GPs: never persons. What could tell of single persons is hidden, and
says so: `value` is null, `suppressed` is true and `reason` is `few_persons`.

Read all values page by page by following `next`, keep `state`, and ask with it as `since` for what has come. Send
`If-None-Match` with the last ETag, and an answer that has not changed is not sent again. Errors are problem details
(RFC 9457) in bokmål, nynorsk or English, as `Accept-Language` asks for.
"""
_REFUSALS = {
    400: "The address cannot be read; `parameter` says which parameter is wrong.",
    404: "There is no such thing.",
    406: "The answer has no form that `Accept` takes.",
    410: "What you were reading has been changed or withdrawn: begin anew without `cursor`.",
    429: "Too many requests. `Retry-After` says for how many seconds to wait.",
    503: "The figures cannot be read now.",
}
_MANY = 12
_ALWAYS = (400, 406, 429, 503)
_HEADERS = {
    "ETag": ("The version of the answer, for If-None-Match.", {"type": "string"}),
    "Last-Modified": ("When what it is made from was last changed.", {"type": "string"}),
    "Cache-Control": ("How long it may be kept without asking.", {"type": "string"}),
}
_LINK = {"Link": ('The address of the next page, with rel="next".', {"type": "string"})}
_SAMPLE = {"type": "/api/#problem-400", "title": "The request cannot be read", "status": 400, "detail": "..."}


def openapi(asked: Asked) -> Answer:
    """The description, as an operation of its own."""
    return Answer(_written)


DESCRIPTION = Operation("openapi.json", "openapi", "", "This description", "", openapi, Index, dict, editions=False)


@cache
def _written() -> bytes:
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2)


def document() -> dict[str, Any]:
    """The whole description."""
    forms: dict[str, Any] = {"Problem": TypeAdapter(ProblemDetails).json_schema(ref_template=_FORMS)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fastlege: open data",
            "version": version("fastlege"),
            "description": _ABOUT.strip(),
            "license": {"name": licence.TITLE, "identifier": licence.SPDX},
        },
        "servers": [{"url": ROOT.rstrip("/")}],
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for each in OPERATIONS)],
        "paths": {f"/{each.path}": {"get": _operation(each, forms)} for each in OPERATIONS},
        "components": {"schemas": forms},
    }


def _operation(operation: Operation, forms: dict[str, Any]) -> dict[str, Any]:
    place = [{**_parameter(operation.place, forms), "in": "path", "required": True}] if operation.place else []
    found: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": place + [{**_parameter(each, forms), "in": "query"} for each in operation.parameters],
        "responses": {
            "200": _answer(operation, forms),
            "304": {"description": "It has not changed since the version in If-None-Match.", "headers": _headers()},
            **{str(status): _refusal(status) for status in sorted({*_ALWAYS, *operation.refusals})},
        },
    }
    return {**found, "description": operation.text} if operation.text else found


def _parameter(parameter: Parameter, forms: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = dict(parameter.schema)
    if len(schema.get("enum", ())) > _MANY:
        # The same long list of words stands in several places.
        form = f"{parameter.name.capitalize()}Id"
        forms[form] = {"title": form, **schema}
        schema = {"$ref": _FORMS.format(model=form)}
    if parameter.usual is not None:
        schema["default"] = parameter.usual
    if parameter.many:
        schema = {"type": "array", "items": schema, "maxItems": 50}
    found = {"name": parameter.name, "description": parameter.text, "schema": schema}
    return found if parameter.example is None else {**found, "example": parameter.example}


def _answer(operation: Operation, forms: dict[str, Any]) -> dict[str, Any]:
    example = orjson.loads(orjson.dumps(operation.example()))
    schema = {"type": "string"} if operation.model is None else _form(operation.model, forms)
    paged = any(each.name == "cursor" for each in operation.parameters)
    return {
        "description": operation.summary + ".",
        "headers": _headers(paged=paged),
        "content": {operation.media: {"schema": schema, "example": example}},
    }


def _form(model: Any, forms: dict[str, Any]) -> dict[str, Any]:
    schema = TypeAdapter(model).json_schema(ref_template=_FORMS, mode="serialization")
    forms.update(schema.pop("$defs", {}))
    forms[schema["title"]] = schema
    return {"$ref": _FORMS.format(model=schema["title"])}


def _headers(*, paged: bool = False) -> dict[str, Any]:
    told = {**_HEADERS, **_LINK} if paged else _HEADERS
    return {name: {"description": text, "schema": schema} for name, (text, schema) in told.items()}


def _refusal(status: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": _REFUSALS[status],
        "content": {
            MEDIA: {"schema": {"$ref": _FORMS.format(model="Problem")}, "example": {**_SAMPLE, "status": status}}
        },
    }
    if status == 429:
        text = "For how many seconds to wait."
        found["headers"] = {"Retry-After": {"description": text, "schema": {"type": "integer"}, "required": True}}
    return found
