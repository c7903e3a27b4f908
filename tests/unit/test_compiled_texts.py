"""Compiled texts of the pages follow their source, whole or not at all."""

import gettext
import os

import pytest

from fastlege.cli.site.translations import LOCALE, ensure_translations
from fastlege.kernel.errors import DataError

SOURCE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "{}"\nmsgstr "{}"\n'


@pytest.fixture
def folder(tmp_path):
    for language in ("nn", "en"):
        write(tmp_path, language, "Fastlegen", f"på {language}")
    return tmp_path


def write(folder, language, text, translated):
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    (place / "django.po").write_text(SOURCE.format(text, translated), encoding="utf-8")


def shown(folder, language, text="Fastlegen"):
    return gettext.translation("django", folder, [language]).gettext(text)


def test_missing_ones_are_made_once(folder):
    assert ensure_translations(folder) == "made anew: en, nn"
    assert ensure_translations(folder) == "of this version"
    assert (shown(folder, "nn"), shown(folder, "en")) == ("på nn", "på en")


def test_one_older_than_its_source_is_made_anew_and_the_other_kept(folder):
    ensure_translations(folder)
    made = folder / "nn" / "LC_MESSAGES" / "django.mo"
    os.utime(made, (1, 1))
    assert ensure_translations(folder) == "made anew: nn"
    assert made.stat().st_mtime > 1


def test_production_refuses_and_makes_nothing(folder, monkeypatch):
    monkeypatch.setenv("FASTLEGE_ENV", "production")
    with pytest.raises(DataError, match="older than their source: en, nn"):
        ensure_translations(folder)
    assert not list(folder.rglob("*.mo"))


def test_the_pages_own_texts_lie_where_they_are_looked_for():
    assert {each.parents[1].name for each in LOCALE.glob("*/LC_MESSAGES/django.po")} == {"nn", "en"}
