"""Every text of the site exists in nynorsk and English, and says the same with the same values in it."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def messages():
    spec = importlib.util.spec_from_file_location("site_messages", ROOT / "tools" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gathered(messages):
    return {message.id: message for message in messages.gather() if message.id}


def strings(value):
    return list(value) if isinstance(value, tuple | list) else [value]


def test_texts_of_code_and_templates_are_found(gathered):
    assert {"Finn fastlege", "Siden finnes ikke", "%(count)s i kø"} <= set(gathered)


@pytest.mark.parametrize("language", ["nn", "en"])
def test_no_text_is_missing_or_unsure(messages, gathered, language):
    known = messages.read(language)
    missing = [id for id in gathered if (found := known.get(id)) is None or not all(strings(found.string))]
    assert missing == []
    assert [message.id for message in known if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", ["nn", "en"])
def test_no_text_is_left_over(messages, gathered, language):
    assert [message.id for message in messages.read(language) if message.id and message.id not in gathered] == []


@pytest.mark.parametrize("language", ["nn", "en"])
def test_translations_hold_the_same_values(messages, language):
    def values(text):
        return sorted(re.findall(r"%\(\w+\)[sd]", text))

    differing = [
        (message.id, text)
        for message in messages.read(language)
        for text in strings(message.string)
        if message.id and values(text) != values(strings(message.id)[-1])
    ]
    assert differing == []
