"""Addresses of statements and notices."""

from django.urls import path

from fastlege.web.money import municipality, notices, office

_MONTH = "<int:year>-<int:number>"

office_urlpatterns = [
    path("", office.months, name="office-statements"),
    path(f"{_MONTH}/", office.statement, name="office-statement"),
    path(f"{_MONTH}.csv", office.download_csv, name="office-statement-csv"),
    path(f"{_MONTH}.pdf", office.download_pdf, name="office-statement-pdf"),
]

notice_urlpatterns = [path("", notices.show, name="office-notices")]

municipality_urlpatterns = [
    path("", municipality.index, name="municipality-statements"),
    path("<slug:code>/", municipality.months, name="municipality-months"),
    path(f"<slug:code>/{_MONTH}/", municipality.statement, name="municipality-statement"),
    path(f"<slug:code>/{_MONTH}/<int:list_id>/", municipality.of_list, name="municipality-statement-list"),
    path(f"<slug:code>/{_MONTH}.csv", municipality.download_csv, name="municipality-statement-csv"),
    path(f"<slug:code>/{_MONTH}.pdf", municipality.download_pdf, name="municipality-statement-pdf"),
]
