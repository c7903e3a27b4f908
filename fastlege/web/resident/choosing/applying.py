"""Applying for a switch beyond the year's number: reasons, attachments, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fastlege.casework.applications.actions import MOST_SIGNS, Asked, apply_for_switch, withdraw_application
from fastlege.casework.applications.attachments import MOST, MOST_BYTES, File
from fastlege.casework.applications.queries import applications_of, attachment
from fastlege.casework.models import Application, ApplicationState
from fastlege.kernel.errors import Refused
from fastlege.registry.resident.overview import list_names
from fastlege.registry.resident.past import switches_left
from fastlege.web import formats
from fastlege.web.login import resident_required
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.resident.asking import children_unheard, form_of, new_key, says_of
from fastlege.web.resident.day import today
from fastlege.web.resident.people import Someone, home_link, someone
from fastlege.web.resident.problems import Problem, in_words, sent_on, show
from fastlege.web.resident.seeing.gp_list import LARGEST_ID

_WANTED, _REASONS, _FILES, _WITHDRAW = "liste", "grunn", "vedlegg", "trekk"
_MEGABYTE = 1_000_000
_ACCEPTED = ".pdf,.png,.jpg,.jpeg"
_FIELDS = {"application.no_reasons": _REASONS, "application.too_long": _REASONS}


@resident_required
@require_http_methods(["GET", "HEAD", "POST"])
def applications(request: VisitorRequest, who: str) -> HttpResponse:
    """What has been applied for, and the form for one more."""
    person = someone(request, who)
    if request.method != "POST":
        return _page(request, person)
    if _WITHDRAW in request.POST:
        withdraw_application(_number(request.POST[_WITHDRAW]), on=today(), by=request.viewer)
        return _back(person, "trukket")
    return _apply(request, person)


def _apply(request: VisitorRequest, person: Someone) -> HttpResponse:
    form, files = request.POST, request.FILES.getlist(_FILES)
    problems = children_unheard(form, [person]) + _too_large(files)
    if problems:
        return _page(request, person, problems=problems, status=400)
    wanted = form.get(_WANTED, "")
    if wanted and not list_names([_number(wanted)], on=today()):
        raise BadRequest("no such list")
    sent = [File(each.name or "", each.read()) for each in files]
    asked = Asked(form.get(_REASONS, ""), _number(wanted) if wanted else None, sent)
    try:
        apply_for_switch(
            person.person_id,
            asked=asked,
            on=today(),
            by=request.viewer,
            consent=form_of(form, [person]).consent(person.person_id),
        )
    except Refused as refused:
        return _page(request, person, problems=_problems(refused), status=409)
    return _back(person, "sendt")


def _too_large(files: Sequence[UploadedFile[bytes]]) -> list[Problem]:
    """Before anything is read into memory."""
    if len(files) <= MOST and all((each.size or 0) <= MOST_BYTES for each in files):
        return []
    values = {"most": MOST, "megabytes": MOST_BYTES // _MEGABYTE}
    return [Problem(_("Legg ved høyst %(most)s filer, hver på høyst %(megabytes)s MB.") % values, _FILES)]


def _problems(refused: Refused) -> list[Problem]:
    """Each at its field."""
    found = []
    for each in refused.violations:
        field = _FILES if each.rule.startswith("attachment.") else _FIELDS.get(each.rule, "")
        found += in_words([each], on=today(), field=field)
    return found


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_ID):
        raise BadRequest("not a number")
    return int(text)


def _back(person: Someone, done: str) -> HttpResponse:
    return sent_on(f"{reverse('my-applications', args=[person.key])}?gjort={done}")


def _page(
    request: VisitorRequest, person: Someone, *, problems: Sequence[Problem] = (), status: int = 200
) -> HttpResponse:
    on = today()
    sent = applications_of(request.viewer, person.person_id, on=on)
    left = switches_left(request.viewer, person.person_id, on=on)
    waiting = any(each.state == ApplicationState.SUBMITTED for each in sent)
    names = list_names([each.wanted_list for each in sent if each.wanted_list is not None], on=on)
    wanted = request.GET.get(_WANTED, "") if request.method == "GET" else request.POST.get(_WANTED, "")
    context = {
        "part": "home",
        "heading": _("Søknad om et bytte til"),
        "lead": _("Når årets bytter er brukt, kan du søke om ett til. En saksbehandler svarer i en melding."),
        "applications": [_shown(each, names) for each in sent],
        "may_apply": not waiting and left.spent,
        "why_not": _("Søknaden din blir behandlet. Du får svar i en melding.")
        if waiting
        else _("Du har bytter igjen i år, og trenger ikke søke."),
        "action": reverse("my-applications", args=[person.key]),
        "wanted": list_names([_number(wanted)], on=on).get(_number(wanted), "") if wanted else "",
        "wanted_list": wanted,
        "reasons": request.POST.get(_REASONS, ""),
        "reason_about": _("Skriv det saksbehandleren trenger å vite, høyst %(most)s tegn.")
        % {"most": formats.whole(MOST_SIGNS)},
        "attachment_about": _("Høyst %(most)s filer, PDF eller bilde (PNG, JPEG), hver på høyst %(megabytes)s MB.")
        % {"most": MOST, "megabytes": MOST_BYTES // _MEGABYTE},
        "accept": _ACCEPTED,
        "says": says_of(request, [person]),
        "key": new_key(),
        "done": {
            "sendt": _("Søknaden er sendt. Du får svar i en melding."),
            "trukket": _("Søknaden er trukket."),
        }.get(request.GET.get("gjort", ""), ""),
        **home_link(person),
    }
    return show(request, "application", context, problems=problems, status=status)


def _shown(each: Application, names: dict[int, str]) -> dict[str, object]:
    state = {
        ApplicationState.SUBMITTED: _("Sendt. Venter på svar."),
        ApplicationState.GRANTED: _("Innvilget. Du kan bytte en gang til."),
        ApplicationState.REFUSED: _("Avslått."),
        ApplicationState.WITHDRAWN: _("Trukket."),
        ApplicationState.LAPSED: _("Bortfalt."),
    }[ApplicationState(each.state)]
    about = _("Ønsket liste: %(name)s.") % {"name": names[each.wanted_list]} if each.wanted_list in names else ""
    if each.answer:
        about = f"{about} " + _("Begrunnelse: %(answer)s") % {"answer": each.answer}
    return {
        "id": each.pk,
        "sent": each.on,
        "state": state,
        "reasons": each.reasons,
        "about": about.strip(),
        "files": [(found.pk, found.name) for found in each.attachment_set.defer("content").order_by("id")],
        "may_withdraw": each.state == ApplicationState.SUBMITTED,
    }


@resident_required
@require_safe
def download(request: VisitorRequest, attachment_id: int) -> HttpResponse:
    """A file that was sent, back to the one who may see the application: to keep, never to open in the page."""
    found = attachment(request.viewer, min(attachment_id, LARGEST_ID), on=today())
    response = HttpResponse(bytes(found.content), content_type=found.kind)
    response.headers["Content-Disposition"] = f'attachment; filename="vedlegg-{found.pk}"'
    return response
