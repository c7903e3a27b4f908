"""The Django app of messages."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """The outbox: messages, notices by e-mail, and how people want to be told."""

    name = "fastlege.messages"
    # Not "messages": that is the label of Django's own app for notes on the next page.
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"
