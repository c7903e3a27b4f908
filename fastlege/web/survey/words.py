"""Words for levels and changes in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from fastlege.surveys.levels import Change, Level


def level_name(level: Level | None) -> str:
    """The level's colour; nothing known is said too."""
    if level is None:
        return _("Ikke oppgitt")
    return {
        Level.GREEN: _("Grønn"),
        Level.YELLOW: _("Gul"),
        Level.ORANGE: _("Oransje"),
        Level.RED: _("Rød"),
    }[level]


def level_meaning(level: Level) -> str:
    """What the level says of recruiting."""
    return {
        Level.GREEN: _("Det går greit å rekruttere fastleger."),
        Level.YELLOW: _("Det er noe vanskelig å rekruttere fastleger."),
        Level.ORANGE: _("Det er vanskelig å rekruttere fastleger."),
        Level.RED: _("Det er store problemer med å rekruttere fastleger."),
    }[level]


def change_name(change: Change) -> str:
    """How it has gone since the survey before."""
    return {
        Change.BETTER: _("Bedre"),
        Change.SAME: _("Som før"),
        Change.WORSE: _("Verre"),
        Change.UNKNOWN: _("Kan ikke sammenlignes"),
    }[change]
