"""Addresses of Min side. None holds an id of a person: `who` is a key that means something to one login only."""

from django.urls import path

from fastlege.web.resident.choosing import (
    applying,
    joining,
    offers,
    queueing,
    receipts,
    records,
    scheme,
    settings,
    switching,
)
from fastlege.web.resident.seeing import find, gp_list, home, inbox, past, shares, why

urlpatterns = [
    path("", home.own, name="my"),
    path("for/<slug:who>/", home.of_someone, name="my-person"),
    path("finn-fastlege/", find.find, name="my-find"),
    path("liste/<int:list_id>/", gp_list.show_list, name="my-list"),
    path("bytte/<int:list_id>/", switching.switch, name="my-switch"),
    path("kvittering/<uuid:key>/", receipts.show_receipt, name="my-receipt"),
    path("ko/ny/<int:list_id>/", joining.join, name="my-queue-join"),
    path("ko/<slug:who>/", queueing.places, name="my-queue"),
    path("ko/<slug:who>/rekkefolge/", queueing.order, name="my-queue-order"),
    path("ko/<slug:who>/<int:list_id>/svar/", queueing.answer, name="my-queue-answer"),
    path("ko/<slug:who>/<int:list_id>/trekk/", queueing.leave, name="my-queue-leave"),
    path("tilbud/<slug:who>/<int:list_id>/", offers.offer, name="my-offer"),
    path("hvorfor/<slug:who>/ko/<int:list_id>/", why.place, name="my-why-place"),
    path("hvorfor/<slug:who>/plass/<int:list_id>/", why.move, name="my-why-move"),
    path("meldinger/", inbox.index, name="my-messages"),
    path("meldinger/<int:message_id>/", inbox.message, name="my-message"),
    path("historikk/<slug:who>/", past.show_history, name="my-history"),
    path("egenandeler/<slug:who>/", shares.show_shares, name="my-shares"),
    path("innsyn/<slug:who>/", past.show_looks, name="my-lookups"),
    path("ordningen/<slug:who>/", scheme.opting, name="my-opt-out"),
    path("soknad/<slug:who>/", applying.applications, name="my-applications"),
    path("vedlegg/<int:attachment_id>/", applying.download, name="my-attachment"),
    path("journal/<slug:who>/", records.records, name="my-records"),
    path("innstillinger/", settings.settings, name="my-settings"),
]
