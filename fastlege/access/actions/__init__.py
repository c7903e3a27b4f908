"""Writing of the look-up log, of logins and of the numbers that name people."""

from fastlege.access.actions.lookups import log_lookup
from fastlege.access.actions.numbers import register_number
from fastlege.access.actions.sessions import (
    EndReason,
    Login,
    begin_session,
    end_session,
    end_sessions_of_provider,
    start_attempt,
    take_attempt,
    touch_session,
)

__all__ = [
    "EndReason",
    "Login",
    "begin_session",
    "end_session",
    "end_sessions_of_provider",
    "log_lookup",
    "register_number",
    "start_attempt",
    "take_attempt",
    "touch_session",
]
