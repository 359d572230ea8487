"""The common tools as a Django app."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Keeps the mail outbox and the proof of the sealing keys."""

    name = "common"
    verbose_name = "Common"
