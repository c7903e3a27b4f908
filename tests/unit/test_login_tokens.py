"""Tokens: every way in which one may be wrong, beside the same one right."""

from types import SimpleNamespace

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from fastlege.web.login.oidc import tokens
from fastlege.web.login.oidc.profiles import Connection, profiles
from fastlege.web.login.oidc.refusal import LoginRefused, Reason
from fastlege.web.login.oidc.tokens import check_id_token, check_logout_token

NOW, ISSUER, CLIENT = 1_800_000_000, "https://provider.example", "fastlege"
KEY = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
RIGHT = {
    **{"iss": ISSUER, "aud": CLIENT, "sub": "abc", "iat": NOW - 1, "exp": NOW + 60},
    **{"nonce": "n", "acr": "idporten-loa-high", "pid": "number"},
}
LOGOUT = {
    **{"iss": ISSUER, "aud": CLIENT, "iat": NOW - 1, "exp": NOW + 60, "jti": "1", "sid": "s"},
    "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
}
CONNECTION = Connection(profiles()["resident"], ISSUER, CLIENT, {})
ABSENT = object()


@pytest.fixture(autouse=True)
def known_keys(monkeypatch):
    keys = KeySet([RSAKey.import_key(KEY.as_dict(private=False))])
    monkeypatch.setattr(tokens, "provider", lambda issuer: SimpleNamespace(keys=lambda kid, **_: keys))


def signed(claims, key=KEY, **header):
    kept = {name: value for name, value in claims.items() if value is not ABSENT}
    header = {"alg": "RS256", "kid": "one", **header}
    return jwt.encode(header, kept, key, algorithms=[header["alg"]])


def check(token):
    return check_id_token(token, connection=CONNECTION, nonce="n", now=NOW)


def test_a_right_token_gives_its_claims():
    assert check(signed(RIGHT)) == RIGHT


@pytest.mark.parametrize(
    ("claim", "value", "reason"),
    [
        ("iss", "https://evil.example", Reason.TOKEN),
        ("iss", ABSENT, Reason.TOKEN),
        ("aud", "another", Reason.TOKEN),
        ("aud", ABSENT, Reason.TOKEN),
        ("aud", [CLIENT, "another"], Reason.TOKEN),
        ("azp", "another", Reason.TOKEN),
        ("sub", ABSENT, Reason.TOKEN),
        ("sub", "", Reason.TOKEN),
        ("exp", NOW - 60, Reason.EXPIRED),
        ("exp", ABSENT, Reason.TOKEN),
        ("exp", "later", Reason.TOKEN),
        ("iat", NOW - 3600, Reason.EXPIRED),
        ("iat", NOW + 3600, Reason.TOKEN),
        ("iat", ABSENT, Reason.TOKEN),
        ("nbf", NOW + 3600, Reason.TOKEN),
        ("nonce", "another", Reason.NONCE),
        ("nonce", ABSENT, Reason.NONCE),
        ("acr", "idporten-loa-substantial", Reason.LEVEL),
        ("acr", ABSENT, Reason.LEVEL),
        ("acr", ["idporten-loa-high"], Reason.LEVEL),
    ],
)
def test_one_wrong_claim_is_enough(claim, value, reason):
    with pytest.raises(LoginRefused) as refused:
        check(signed({**RIGHT, claim: value}))
    assert refused.value.reason == reason


def test_two_audiences_are_taken_when_the_token_is_made_for_us():
    assert check(signed({**RIGHT, "aud": [CLIENT, "another"], "azp": CLIENT}))["azp"] == CLIENT


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(lambda: signed(RIGHT, OTHER), id="another key"),
        pytest.param(lambda: signed(RIGHT, OctKey.import_key("x" * 32), alg="HS256"), id="a shared secret"),
        pytest.param(lambda: signed(RIGHT, ECKey.generate_key("P-256"), alg="ES256"), id="another algorithm"),
        pytest.param(lambda: "eyJhbGciOiJub25lIn0." + signed(RIGHT).split(".")[1] + ".", id="no signature"),
        pytest.param(lambda: signed(RIGHT)[:-4] + "AAAA", id="a changed signature"),
        pytest.param(lambda: "", id="nothing"),
        pytest.param(lambda: "a.b.c", id="no token"),
        pytest.param(lambda: "æ.ø.å", id="no ASCII"),
    ],
)
def test_a_token_that_the_provider_has_not_signed_is_refused(token):
    with pytest.raises(LoginRefused) as refused:
        check(token())
    assert refused.value.reason == Reason.TOKEN
    assert "pid" not in str(refused.value)


def test_a_logout_token_names_a_session_or_a_subject():
    for named in ({}, {"sid": ABSENT, "sub": "abc"}, {"sub": "abc"}):
        claims = {**LOGOUT, **named}
        found = check_logout_token(signed(claims), connection=CONNECTION, now=NOW)
        assert found["jti"] == "1"


@pytest.mark.parametrize(
    "changed",
    [
        {"events": ABSENT},
        {"events": {}},
        {"events": []},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": True}},
        {"nonce": "n"},
        {"sid": ABSENT},
        {"sid": ""},
        {"sid": ["s"]},
        {"jti": ABSENT},
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"exp": NOW - 60},
    ],
)
def test_what_is_no_logout_token_ends_nothing(changed):
    with pytest.raises(LoginRefused):
        check_logout_token(signed({**LOGOUT, **changed}), connection=CONNECTION, now=NOW)


def test_an_id_token_is_no_logout_token_and_the_other_way_round():
    with pytest.raises(LoginRefused):
        check_logout_token(signed({**RIGHT, "jti": "1", "sid": "s"}), connection=CONNECTION, now=NOW)
    with pytest.raises(LoginRefused):
        check(signed(LOGOUT))
