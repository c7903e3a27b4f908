"""Addresses of Tallene."""

from django.urls import path

from fastlege.web.explore import overview, pages
from fastlege.web.explore.downloads import KINDS

urlpatterns = [
    path("tall/", overview.index, name="figures"),
    path("tall/<slug:figure_id>/", pages.show, name="figure"),
    path("tall/<slug:figure_id>/kilde/", pages.source, name="figure-source"),
    *(path(f"tall/<slug:figure_id>.{kind}", pages.download, {"kind": kind}, name=f"figure-{kind}") for kind in KINDS),
]
