"""The Django app of payments."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """Monthly payment runs and their lines."""

    name = "fastlege.settlement"
    label = "settlement"
    default_auto_field = "django.db.models.BigAutoField"
