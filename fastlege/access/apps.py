"""The Django app of viewers and the look-up log."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Who looks, and what they looked at."""

    name = "fastlege.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
