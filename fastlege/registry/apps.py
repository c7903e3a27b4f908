"""The Django app of the register."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Persons, doctors, offices, contracts, memberships, queue places and the journal of changes."""

    name = "fastlege.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
