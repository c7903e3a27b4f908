"""Checking an id token and a logout token: signature, issuer, audience, time, and what each must hold."""

from __future__ import annotations

from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jws import extract_compact

from fastlege.web.login.oidc.profiles import Connection
from fastlege.web.login.oidc.provider import provider
from fastlege.web.login.oidc.refusal import LoginRefused, Reason

_LEEWAY_SECONDS = 30
_OLDEST_SECONDS = 600
# An id token comes from the provider itself; a logout token from anyone who can reach us. One with a key that we do not
# know makes us read the keys again, and must not make us ask as fast as they can be written.
_KEYS_AT_LEAST_SECONDS = 5.0
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def check_id_token(token: str, *, connection: Connection, nonce: str, now: int) -> dict[str, Any]:
    """The claims of an id token that answers our question now. Raises `LoginRefused`."""
    claims = _checked(token, connection=connection, now=now, at_least_seconds=0.0)
    parties = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", connection.client_id) != connection.client_id or (len(parties) > 1 and "azp" not in claims):
        raise LoginRefused(Reason.TOKEN)
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise LoginRefused(Reason.TOKEN)
    if claims.get("nonce") != nonce:
        raise LoginRefused(Reason.NONCE)
    if claims.get(connection.profile.level_claim) not in connection.profile.levels:
        raise LoginRefused(Reason.LEVEL)
    return claims


def check_logout_token(token: str, *, connection: Connection, now: int) -> dict[str, Any]:
    """The claims of a logout token: an id token cannot pass for one. Raises `LoginRefused`."""
    claims = _checked(token, connection=connection, now=now, at_least_seconds=_KEYS_AT_LEAST_SECONDS)
    events = claims.get("events")
    says_logout = isinstance(events, dict) and isinstance(events.get(_LOGOUT_EVENT), dict)
    named = [claims[name] for name in ("sid", "sub") if name in claims]
    texts = [*named, claims.get("jti")]
    if not says_logout or "nonce" in claims or not named or not all(isinstance(t, str) and t for t in texts):
        raise LoginRefused(Reason.TOKEN)
    return claims


def _checked(token: str, *, connection: Connection, now: int, at_least_seconds: float) -> dict[str, Any]:
    try:
        algorithms = list(connection.profile.algorithms)
        header = extract_compact(token.encode()).headers()
        keys = provider(connection.issuer).keys(header.get("kid"), at_least_seconds=at_least_seconds)
        claims = jwt.decode(token, keys, algorithms=algorithms).claims
        registry = jwt.JWTClaimsRegistry(
            now=now,
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": connection.issuer},
            aud={"essential": True, "value": connection.client_id},
            exp={"essential": True},
            iat={"essential": True},
        )
        registry.validate(claims)
    except ExpiredTokenError as error:
        raise LoginRefused(Reason.EXPIRED) from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise LoginRefused(Reason.TOKEN) from error
    if now - claims["iat"] > _OLDEST_SECONDS:
        raise LoginRefused(Reason.EXPIRED)
    return claims
