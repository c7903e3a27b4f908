"""Root addresses. Bokmål has none, nynorsk and English have /nn and /en in front of the same addresses."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from fastlege.web.login.addresses import provider_urlpatterns

urlpatterns = [
    *provider_urlpatterns,
    path("api/v1/", include("fastlege.web.open_data.urls")),
    *i18n_patterns(path("", include("fastlege.web.urls")), prefix_default_language=False),
]

handler400 = "fastlege.web.pages.errors.bad_request"
handler403 = "fastlege.web.login.refusals.not_allowed"
handler404 = "fastlege.web.pages.errors.not_found"
handler500 = "fastlege.web.pages.errors.server_error"
