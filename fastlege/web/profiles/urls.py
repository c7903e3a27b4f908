"""Addresses of the profiles of municipalities."""

from django.urls import path

from fastlege.web.profiles import pages

urlpatterns = [
    path("kommuneprofil/", pages.index, name="profiles"),
    path("kommuneprofil/<str:code>/", pages.show, name="profile"),
]
