"""The Django app of surveys."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Surveys of municipalities: whom they were sent to, what was answered, what was published."""

    name = "fastlege.surveys"
    default_auto_field = "django.db.models.BigAutoField"
