"""Addresses of login: the pages in each language, and those that a provider knows, which have no language."""

from django.urls import path

from fastlege.web.login import answers, pages

urlpatterns = [
    path("logg-inn/", pages.choose, name="login"),
    path("logg-inn/<slug:kind>/", pages.start, name="login-start"),
    path("innlogging/", pages.about, name="login-about"),
    path("logg-ut/", pages.log_out, name="log-out"),
    path("logg-ut/ferdig/", pages.logged_out, name="logged-out"),
]

provider_urlpatterns = [
    path("logg-inn/svar/<slug:kind>/", answers.answer, name="login-answer"),
    path("logg-inn/varsel/<slug:kind>/", answers.logout_notice, name="logout-notice"),
]
