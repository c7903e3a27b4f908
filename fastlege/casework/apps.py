"""The Django app of case work."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Rounds: recorded, signed, applied."""

    name = "fastlege.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"
