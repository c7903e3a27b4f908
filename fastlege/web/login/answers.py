"""What comes back from a provider: a visitor with a code, and notices that a session has ended there."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.translation import get_language_from_path, override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from fastlege.access.actions import begin_session, end_sessions_of_provider, take_attempt
from fastlege.access.actions.sessions import Attempt, Origin
from fastlege.web.login.cookies import browser_key, session_key, set_session
from fastlege.web.login.guards import anyone
from fastlege.web.login.identities import viewer_of
from fastlege.web.login.oidc.exchange import id_token_for
from fastlege.web.login.oidc.profiles import Connection, connection_to
from fastlege.web.login.oidc.provider import provider
from fastlege.web.login.oidc.refusal import LoginRefused, Reason
from fastlege.web.login.oidc.tokens import check_id_token, check_logout_token
from fastlege.web.login.rates import limited
from fastlege.web.login.refusals import login_refused, not_set_up
from fastlege.web.login.visitors import VisitorRequest
from fastlege.web.site_data import register_day

logger = logging.getLogger(__name__)
_LONGEST = 2000


def answer_address(request: VisitorRequest, kind: str) -> str:
    """The one address that the provider may send visitors of ours to."""
    return request.build_absolute_uri(reverse("login-answer", args=[kind]))


@anyone
@never_cache
@require_GET
@limited("login")
def answer(request: VisitorRequest, kind: str) -> HttpResponse:
    """The visitor is back. What they bring counts only with the attempt that it answers, and counts once."""
    connection = connection_to(kind)
    if connection is None:
        return not_set_up(request)
    state, browser = request.GET.get("state", ""), browser_key(request)
    attempt = take_attempt(state=state, browser=browser, provider=kind) if state and browser else None
    if attempt is None:
        # The back button after a login ends here: nothing is wrong, and nothing happens twice.
        if request.login is not None:
            return HttpResponseRedirect(reverse("login-about"))
        return login_refused(request, Reason.NO_ATTEMPT, kind)
    with override(get_language_from_path(attempt.return_to) or "nb"):
        try:
            return _logged_in(request, connection, attempt)
        except LoginRefused as refusal:
            return login_refused(request, refusal.reason, kind)


def _logged_in(request: VisitorRequest, connection: Connection, attempt: Attempt) -> HttpResponse:
    metadata = provider(connection.issuer).metadata()
    claims = _claims(request, connection, attempt)
    day = register_day()
    if day is None:
        raise LoginRefused(Reason.UNKNOWN)
    viewer = viewer_of(claims, connection.profile, on=day.on)
    origin = Origin(
        provider=connection.profile.name,
        subject=claims["sub"],
        session=claims["sid"] if isinstance(claims.get("sid"), str) else None,
        level=str(claims[connection.profile.level_claim]),
        logout_address=metadata.get("end_session_endpoint"),
    )
    key = begin_session(viewer, origin, instead_of=session_key(request))
    rotate_token(request)
    logger.info("logged in: %s", viewer.role.value)
    response = HttpResponseRedirect(attempt.return_to)
    set_session(response, key)
    return response


def _claims(request: VisitorRequest, connection: Connection, attempt: Attempt) -> dict[str, Any]:
    metadata, issuer = provider(connection.issuer).metadata(), request.GET.get("iss")
    if issuer != connection.issuer and (issuer or metadata.get("authorization_response_iss_parameter_supported")):
        raise LoginRefused(Reason.TOKEN)
    code = request.GET.get("code", "")
    if not code or len(code) > _LONGEST:
        raise LoginRefused(Reason.CANCELLED)
    redirect_uri = answer_address(request, connection.profile.name)
    token = id_token_for(connection, code, attempt=attempt, redirect_uri=redirect_uri)
    return check_id_token(token, connection=connection, nonce=attempt.nonce, now=int(time.time()))


@anyone
@csrf_exempt
@never_cache
@require_POST
@limited("logout_notice")
def logout_notice(request: VisitorRequest, kind: str) -> HttpResponse:
    """A provider says, server to server, that a session has ended there: it ends here too."""
    connection = connection_to(kind)
    if connection is None:
        return JsonResponse({"error": "invalid_request"}, status=404)
    try:
        claims = check_logout_token(request.POST.get("logout_token", ""), connection=connection, now=int(time.time()))
    except LoginRefused as refusal:
        logger.warning("logout notice refused: %s", refusal.reason.value)
        return JsonResponse({"error": "invalid_request"}, status=400)
    session, subject = claims.get("sid"), claims.get("sub")
    if not end_sessions_of_provider(kind, token_id=claims["jti"], session=session, subject=subject):
        return JsonResponse({"error": "invalid_request"}, status=400)
    return HttpResponse(status=200)
