"""The Django app of claims."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Messages with bills, what the control said of them, payments, free cards."""

    name = "fastlege.claims"
    label = "claims"
    default_auto_field = "django.db.models.BigAutoField"
