"""Addresses of the open data. They stand outside the languages of the pages: an answer holds all three."""

from django.urls import path

from fastlege.web.open_data.openapi import DESCRIPTION
from fastlege.web.open_data.operations import OPERATIONS
from fastlege.web.open_data.serving import nothing_here, view_of

urlpatterns = [
    *(
        path(each.path.replace("{", "<str:").replace("}", ">"), view_of(each), name=f"open-data-{each.name}")
        for each in (*OPERATIONS, DESCRIPTION)
    ),
    path("<path:rest>", nothing_here, name="open-data-nothing"),
]
