"""The Django app of the common tools."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Has the tables of the mail outbox and of the seal checks."""

    name = "common"
    verbose_name = "Common"
