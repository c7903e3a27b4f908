"""Addresses of surveys."""

from django.urls import path

from fastlege.surveys.links import ANSWER
from fastlege.web.survey import answering, results

urlpatterns = [
    path(f"{ANSWER}/<str:key>/", answering.answer, name="survey-answer"),
    path("undersokelser/", results.index, name="surveys"),
    path("undersokelser/<slug:key>/", results.show, name="survey"),
    path("undersokelser/<slug:key>.csv", results.download, name="survey-csv"),
]
