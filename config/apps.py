"""The wiring as a Django app, so that its commands are found."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Has no rows."""

    name = "config"
    verbose_name = "Lockkeeper"
