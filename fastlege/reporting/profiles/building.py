"""Building all profiles as static pages: a folder with a sub-folder a language, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import orjson

from fastlege.kernel.errors import DataError
from fastlege.kernel.files import whole_folder
from fastlege.reporting.profiles.comparing import Profiles
from fastlege.reporting.profiles.index import definitions_html, index_page, without_lists_page
from fastlege.reporting.profiles.model import Links, Page
from fastlege.reporting.profiles.page import profile_page
from fastlege.reporting.profiles.places import in_order, without_lists
from fastlege.reporting.profiles.wording import words
from fastlege.reporting.report.outputs.pages import FONTS, POLICY

LANGUAGES = ("nb", "nn", "en")
META, FORMAT = "profiles.json", "1"
_STYLES = ("profile.css", "profile-frame.css")
_LINKS = Links("index.html", lambda figure: f"definitions.html#{figure}", lambda code: f"{code}.html")

_CURRENT = ' aria-current="true"'

Tell = Callable[[str, float], None]
"""Told what is being made, and the share that is done."""


def build_profiles(profiles: Profiles, out: Path, *, languages: Sequence[str] = LANGUAGES, tell: Tell) -> int:
    """Write all profiles to the folder `out`, and say how many pages of municipalities there are.

    An older build there is replaced in one step; anything else there is left alone, with a `DataError`.
    """
    out = Path(out)
    if out.exists() and not (out / META).exists() and (out.is_file() or any(out.iterdir())):
        raise DataError(
            "exists and holds no profiles, so it is not replaced.", where=str(out), remedy="Name another folder."
        )
    places = sorted(profiles.places.values(), key=lambda each: in_order(each.name))
    if not places:
        raise DataError(
            "has no municipality with a list.",
            where=str(profiles.now.folder),
            remedy="Make the edition with `fastlege figures edition` from a snapshot that has lists.",
        )
    with whole_folder(out) as part:
        _write_styles(part)
        for turn, language in enumerate(languages):
            (part / language).mkdir()
            for at, place in enumerate(places):
                tell(place.name, (turn + at / len(places)) / len(languages))
                page = profile_page(profiles, place, language, _LINKS)
                _write(part, f"{place.code}.html", page, (language, languages))
            for place, host in without_lists(profiles.now.as_of, profiles.places):
                page = without_lists_page(place, host, language, _LINKS)
                _write(part, f"{place.code}.html", page, (language, languages))
            _write(part, "index.html", index_page(profiles, language, _LINKS), (language, languages))
            title = words(language)["definitions"]
            body = f'<div class="profile"><h1>{escape(title)}</h1>{definitions_html(language)}</div>'
            _write(part, "definitions.html", Page(title, body), (language, languages))
        (part / "index.html").write_text(_door(languages), encoding="utf-8")
        (part / META).write_bytes(orjson.dumps(_meta(profiles, languages), option=orjson.OPT_INDENT_2))
    return len(places)


def _meta(profiles: Profiles, languages: Sequence[str]) -> dict[str, object]:
    now = profiles.now
    return {
        "format": FORMAT,
        "as_of": now.as_of.isoformat(),
        "snapshot_digest": now.meta["snapshot_digest"],
        "rules_digest": now.meta["rules_digest"],
        "software": version("fastlege"),
        "years": list(profiles.years),
        "languages": list(languages),
        "municipalities": list(profiles.places),
    }


def _write_styles(part: Path) -> None:
    style, report = files("fastlege.reporting.profiles") / "style", files("fastlege.reporting.report")
    for name in _STYLES:
        (part / name).write_bytes((style / name).read_bytes())
    (part / "fonts").mkdir()
    for font in FONTS:
        (part / "fonts" / font).write_bytes((report / "fonts" / font).read_bytes())


def _write(part: Path, file: str, page: Page, said: tuple[str, Sequence[str]]) -> None:
    language, languages = said
    (part / language / file).write_text(_framed(file, page, language, languages), encoding="utf-8")


def _framed(file: str, page: Page, language: str, languages: Sequence[str]) -> str:
    """A page in its frame: the way to all municipalities, the same page in other languages, and the footer."""
    told = words(language)
    others = "".join(
        f'<li><a href="../{each}/{file}" lang="{each}" hreflang="{each}"'
        f"{_CURRENT if each == language else ''}>{escape(words(each)['language'])}</a></li>"
        for each in languages
    )
    choice = f'<nav aria-label="{escape(told["languages"])}"><ul>{others}</ul></nav>' if len(languages) > 1 else ""
    title = page.title if file == "index.html" else f"{page.title} - {told['profiles']}"
    return (
        f"{_opening(language, title, '../')}"
        f'<a class="skip" href="#main">{escape(told["skip"])}</a>'
        f'<header><div class="frame"><a class="name" href="index.html">{escape(told["profiles"])}</a>{choice}</div>'
        "</header>\n"
        f'<main id="main" class="frame" tabindex="-1">{page.body}</main>\n'
        f'<footer><div class="frame"><p>{escape(told["footer"])}.</p></div></footer></body></html>\n'
    )


def _door(languages: Sequence[str]) -> str:
    """The page at the root of the folder, which leads to each language."""
    title = words(languages[0])["profiles"]
    links = "".join(
        f'<li lang="{each}"><a href="{each}/index.html" hreflang="{each}">{escape(words(each)["profiles"])}</a> '
        f"({escape(words(each)['language'])})</li>"
        for each in languages
    )
    return (
        f'{_opening(languages[0], title, "")}<main id="main" class="frame"><div class="profile">'
        f"<h1>{escape(title)}</h1>"
        f'<ul class="profile-about">{links}</ul></div></main></body></html>\n'
    )


def _opening(language: str, title: str, root: str) -> str:
    styles = "".join(f'<link rel="stylesheet" href="{root}{name}">' for name in _STYLES)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{styles}</head>\n<body>"
    )
