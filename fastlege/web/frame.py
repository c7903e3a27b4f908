"""What every page's frame shows: the same page in the other languages."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from fastlege.kernel.errors import DataError
from fastlege.web.published import published


@dataclass(frozen=True)
class LanguageChoice:
    """One language, and the address of this page in it."""

    code: str
    name: str
    address: str


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of the base template."""
    return {"languages": language_choices(request.get_full_path()), "synthetic": _is_synthetic()}


def _is_synthetic() -> bool:
    """Whether the figures come from a made-up population. Error pages ask too, so nothing is raised here."""
    try:
        edition = published()
    except DataError:
        return False
    return edition is not None and bool(edition.meta.get("recipe"))


def language_choices(address: str) -> list[LanguageChoice]:
    """The same address in each language: bokmål has no prefix, the others have theirs in front."""
    bare = address
    for code, _ in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE and (address + "/").startswith((f"/{code}/", f"/{code}?")):
            bare = "/" + address[len(code) + 1 :].removeprefix("/")
    return [
        LanguageChoice(code, name, bare if code == settings.LANGUAGE_CODE else f"/{code}{bare}")
        for code, name in settings.LANGUAGES
    ]
