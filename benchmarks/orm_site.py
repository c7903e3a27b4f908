"""The same search the usual way: querysets, JsonResponse and a template loop, under the site's own middlewares."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Collate, Lower, Replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import Context, Engine
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fastlege.config.settings")
django.setup()
settings.ROOT_URLCONF = __name__

from django.db.models import Case, IntegerField, Value, When  # noqa: E402

from fastlege.registry.models import DoctorPeriod, GPContract, QueuePlace  # noqa: E402
from fastlege.web.site_data import register_day  # noqa: E402

_TEMPLATE = Engine(builtins=["django.templatetags.i18n", "django.templatetags.l10n"]).from_string(
    "<!doctype html><html lang=nb><title>Finn fastlege</title><main><h2>{{ total }} lister</h2><ol>"
    "{% for row in rows %}"
    '<li><div><h3><a href="/liste/{{ row.list_id|unlocalize }}/">{{ row.name }}</a></h3><p>{{ row.office__name }},'
    " {{ row.municipality__name }}</p></div><div><p>{{ row.length }} / {{ row.cap }}</p></div>"
    "<div><p>{{ row.status }}</p><p>{{ row.waiting }}</p></div></li>{% endfor %}</ol></main></html>"
)


def rows(request: HttpRequest) -> tuple[int, list[dict]]:
    on = register_day().on
    now = Q(start__lte=on) & (Q(end__isnull=True) | Q(end__gt=on))
    regular = DoctorPeriod.objects.filter(now, relationship="regular", list=OuterRef("pk"))
    waiting = QueuePlace.objects.filter(list=OuterRef("pk")).order_by().values("list").annotate(n=Count("*"))
    free = Case(When(status="open", cap__gt=F("member_count"), then=F("cap") - F("member_count")), default=0,
                output_field=IntegerField())  # fmt: skip
    found = GPContract.objects.filter(now, municipality=request.GET["kommune"]).annotate(
        free=free,
        **{name: Subquery(regular.values(f"doctor__{name}")[:1]) for name in ("doctor_id", "sex", "languages")},
        doctor=Subquery(regular.values("doctor__name")[:1]),
        specialist_since=Subquery(regular.values("doctor__specialist_since")[:1]),
        waiting=Subquery(waiting.values("n")[:1]),
        served=Case(When(Q(free__gt=0, doctor_id__isnull=False), then=1), default=0, output_field=IntegerField()),
        place=Collate(_norwegian(), "C"),
    )
    if "ledig" in request.GET:
        found = found.filter(free__gt=0)
    columns = ("list_id", "name", "status", "cap", "doctor", "sex", "specialist_since", "languages", "waiting")
    values = found.order_by("-served", "-free", "place", "list_id").values(
        *columns, "office__name", "office__services", "municipality__name", length=F("member_count")
    )
    return found.count(), list(values[:50])


def _norwegian() -> Replace:
    text = Replace(Lower("name"), Value("aa"), Value("å"))
    for letter, sign in zip("æøåäö", "{|}{|", strict=True):
        text = Replace(text, Value(letter), Value(sign))
    return text


def search(request: HttpRequest) -> HttpResponse:
    total, found = rows(request)
    return JsonResponse({"total": total, "lists": found})


def page(request: HttpRequest) -> HttpResponse:
    total, found = rows(request)
    return HttpResponse(_TEMPLATE.render(Context({"total": total, "rows": found})))


urlpatterns = [path("finn-fastlege.json", search), path("finn-fastlege/", page)]
application = get_wsgi_application()
