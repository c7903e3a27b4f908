"""What is wrong with a form or a request, in the reader's language: at the top of the page and at the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from fastlege.kernel.errors import Violation
from fastlege.messages import queries as messages
from fastlege.rules.parameters import load_rulebook
from fastlege.rules.texts import provisions_on, text
from fastlege.web import formats
from fastlege.web.login.visitors import VisitorRequest


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, the field that it stands at (if any), and the provisions behind it."""

    text: str
    field: str = ""
    provisions: tuple[str, ...] = ()


def in_words(violations: Iterable[Violation], *, on: date, field: str = "") -> list[Problem]:
    """Violations as problems: each said once, with the provisions that held on the day."""
    book = load_rulebook()
    found = [
        Problem(text(each, formats.language()), field, tuple(dict.fromkeys(provisions_on(each.rule, on=on, book=book))))
        for each in violations
    ]
    return list(dict.fromkeys(found))


def sent_on(address: str) -> HttpResponse:
    """On to another page after a form, at its main part: without it the place of the form's problems would go along."""
    return HttpResponseRedirect(f"{address}#innhold")


def show(
    request: VisitorRequest,
    template: str,
    context: Mapping[str, object],
    *,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    """A page of Min side with what is wrong, if anything, and the number of unread messages."""
    frame: dict[str, object] = {
        "section": "my",
        "unread": messages.unread(request.viewer),
        "problems": problems,
        "problem_fields": {each.field: each.text for each in reversed(problems) if each.field},
    }
    return render(request, f"web/my/{template}.html", {**frame, **context}, status=status)
