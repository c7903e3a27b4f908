"""Pages of text: what the scheme is, and how accessible the site is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the regular GP scheme is, in one page."""
    return render(request, "web/about.html", {"section": "about"})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How the site was made for everyone, and what was tested."""
    return render(request, "web/accessibility.html", {"section": "accessibility"})
