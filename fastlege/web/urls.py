"""Addresses of the public site."""

from django.urls import include, path

from fastlege.web.login.addresses import urlpatterns as login_urlpatterns
from fastlege.web.money.urls import municipality_urlpatterns, notice_urlpatterns, office_urlpatterns
from fastlege.web.open_data import page as open_data
from fastlege.web.pages import about, find, front, gp_list

urlpatterns = [
    path("", front.front, name="front"),
    path("finn-fastlege/", find.find, name="find"),
    path("finn-fastlege.json", find.find_json, name="find-json"),
    path("liste/<int:list_id>/", gp_list.show, name="gp-list"),
    # Before the rooms without a beginning of their own, each of whose addresses would be tried first.
    path("min-side/", include("fastlege.web.resident.urls")),
    path("", include("fastlege.web.explore.urls")),
    path("api/", open_data.show, name="open-data"),
    path("", include("fastlege.web.profiles.urls")),
    path("om/", about.about, name="about"),
    path("tilgjengelighet/", about.accessibility, name="accessibility"),
    path("kontor/oppgjor/", include(office_urlpatterns)),
    path("kontor/varsler/", include(notice_urlpatterns)),
    path("kommune/oppgjor/", include(municipality_urlpatterns)),
    path("", include("fastlege.web.survey.urls")),
    *login_urlpatterns,
]
