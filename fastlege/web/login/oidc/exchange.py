"""Sending a visitor to the provider, and trading the code that comes back for an id token."""

from __future__ import annotations

from typing import Any

import requests
from requests_oauth2client import OAuth2Client, PrivateKeyJwt
from requests_oauth2client.exceptions import OAuth2Error

from fastlege.access.actions.sessions import Attempt
from fastlege.web.login.oidc.profiles import Connection
from fastlege.web.login.oidc.provider import TIMEOUT_SECONDS, provider
from fastlege.web.login.oidc.refusal import LoginRefused, Reason


def authorisation_address(
    connection: Connection, *, attempt: Attempt, state: str, redirect_uri: str, extra: dict[str, Any]
) -> str:
    """Where to send the visitor. A provider that takes pushed requests gets it beforehand, and the address is short."""
    client, profile = _client(connection), connection.profile
    request = client.authorization_request(
        scope=profile.scope,
        redirect_uri=redirect_uri,
        state=state,
        nonce=attempt.nonce,
        code_verifier=attempt.code_verifier,
        acr_values=profile.acr_values,
        **extra,
    )
    if not profile.pushed:
        return str(request.uri)
    try:
        pushed = client.pushed_authorization_request(request, requests_kwargs={"timeout": TIMEOUT_SECONDS})
    except (OAuth2Error, requests.RequestException) as error:
        raise LoginRefused(Reason.NO_ANSWER) from error
    return str(pushed.uri)


def id_token_for(connection: Connection, code: str, *, attempt: Attempt, redirect_uri: str) -> str:
    """The id token that a code stands for; the access token is not kept, for nothing more is asked of the provider."""
    try:
        answer = _client(connection).authorization_code(
            code,
            # The library's own check does not know DPoP; `tokens.check_id_token` checks every token.
            validate=False,
            dpop=connection.profile.dpop,
            code_verifier=attempt.code_verifier,
            redirect_uri=redirect_uri,
        )
    except OAuth2Error as error:
        raise LoginRefused(Reason.CODE) from error
    except requests.RequestException as error:
        raise LoginRefused(Reason.NO_ANSWER) from error
    if not answer.id_token:
        raise LoginRefused(Reason.TOKEN)
    return str(answer.id_token)


def _client(connection: Connection) -> OAuth2Client:
    found: dict[str, Any] = provider(connection.issuer).metadata()
    return OAuth2Client(
        token_endpoint=found["token_endpoint"],
        authorization_endpoint=found["authorization_endpoint"],
        pushed_authorization_request_endpoint=found.get("pushed_authorization_request_endpoint"),
        auth=PrivateKeyJwt(connection.client_id, connection.private_key, aud=connection.issuer),
        issuer=connection.issuer,
        # The library takes https only; the demo's provider answers on this machine without it. Production checks ours.
        testing=connection.issuer.startswith("http://"),
    )
