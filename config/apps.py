"""The configuration as a Django app, so that Django finds its commands and our Celery app."""

from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Has no models."""

    name = "config"
    verbose_name = "Lockkeeper"

    def ready(self) -> None:
        """Make the Celery app the current one, for whatever enqueues tasks, and add our pages."""
        add_page = import_module("workspaces.admin.pages").add_page
        import_module("config.celery")
        add_page(import_module("config.doctor.page").PAGE)
        add_page(import_module("config.backup.page").PAGE)
