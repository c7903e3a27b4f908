"""openapi.json says what is so: its examples fit, and any request is answered or refused as it is described."""

from __future__ import annotations

import warnings
from contextlib import contextmanager

import jsonschema_rs
import orjson
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from open_data_scene import DAYS, install, write_edition

from fastlege.web.login import rates
from fastlege.web.open_data.openapi import document
from fastlege.web.open_data.operations import OPERATIONS

with warnings.catch_warnings():
    # What it warns of is in its own dependencies.
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.generation import GenerationMode

PATHS = [f"/{each.path}" for each in OPERATIONS]

GIVEN_BY_US = ("cursor", "since", "edition")
"""What is taken from an earlier answer has a form, but not every text of that form is one that we gave."""


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """The interface, with two editions."""
    folder = tmp_path_factory.mktemp("described")
    built = write_edition(folder / "built")
    for day in DAYS:
        install(built, folder / "editions", day)
    with (
        _no_database(),
        override_settings(EDITION=folder / "none", EDITIONS=folder / "editions", ALLOWED_HOSTS=["*"]),
    ):
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@contextmanager
def _no_database():
    """A server closes old connections at each request, as Django's own test client does not."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def asks(operation, modes, most):
    @settings(max_examples=most, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=modes))
    def ask(case):
        rates.forget()
        if modes is GenerationMode.POSITIVE:
            for name in GIVEN_BY_US:
                case.query.pop(name, None)
        # The client in this process does not unpack.
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    ask()


@pytest.mark.parametrize("path", PATHS)
def test_any_request_that_fits_is_answered_as_described(described, path):
    asks(described[path]["GET"], GenerationMode.POSITIVE, 15)


@pytest.mark.parametrize("path", [f"/{each.path}" for each in OPERATIONS if each.parameters])
def test_any_request_that_does_not_fit_is_refused_as_described(described, path):
    asks(described[path]["GET"], GenerationMode.NEGATIVE, 15)


def test_examples_fit_their_forms():
    found = document()
    for address, methods in found["paths"].items():
        content = methods["get"]["responses"]["200"]["content"]
        for kind, told in content.items():
            schema = {**told["schema"], "components": found["components"]}
            assert jsonschema_rs.is_valid(schema, told["example"]), (address, kind)
        for parameter in methods["get"]["parameters"]:
            if "example" in parameter:
                schema = {**parameter["schema"], "components": found["components"]}
                assert jsonschema_rs.is_valid(schema, parameter["example"]), (address, parameter["name"])


def test_the_description_is_the_same_every_time_and_holds_every_operation():
    assert orjson.dumps(document()) == orjson.dumps(document())
    assert list(document()["paths"]) == PATHS
    names = [methods["get"]["operationId"] for methods in document()["paths"].values()]
    assert len(set(names)) == len(names)
