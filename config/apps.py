"""The configuration as a Django app, so that Django finds its commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Has no models."""

    name = "config"
    verbose_name = "Lockkeeper"
