"""Log in without a provider: the session that a login begins, and its cookie. The provider has tests of its own."""

from __future__ import annotations

from fastlege.access.actions import begin_session
from fastlege.access.actions.sessions import Origin
from fastlege.access.viewers import Role, Viewer, resident
from fastlege.web.login.cookies import SESSION


def session_for(viewer: Viewer) -> str:
    """Begin a session in the database that Django uses here, and give its key."""
    kind = "office" if viewer.role == Role.OFFICE else "resident"
    return begin_session(viewer, Origin(provider=kind, subject=f"test {viewer.name}", session=None, level="test"))


def log_in(client, person_id: int) -> str:
    """Log Django's test client in as a resident."""
    return log_in_as(client, resident(person_id))


def log_in_as(client, viewer: Viewer) -> str:
    """Log Django's test client in as any viewer; gives the session's key."""
    key = session_for(viewer)
    client.cookies[SESSION] = key
    return key


def session_cookie(key: str, site: str) -> dict:
    """The cookie of a session for a browser context of Playwright: `context.add_cookies([session_cookie(...)])`."""
    return {"name": SESSION, "value": key, "url": site, "httpOnly": True, "sameSite": "Lax"}


def session_in(connection, person_id: int) -> str:
    """Begin a resident's session in another database, through an open psycopg connection; gives its key."""
    from hashlib import sha256
    from secrets import token_urlsafe

    key = token_urlsafe(32)
    connection.execute(
        """insert into access_session (key_digest, role, viewer, person_id, office_ids, level, provider,
               provider_subject, ends_at)
           values (%s, 'resident', %s, %s, '{}', 'test', 'resident', 'test', now() + interval '2 hours')""",
        [sha256(key.encode()).hexdigest(), f"resident {person_id}", person_id],
    )
    connection.commit()
    return key
