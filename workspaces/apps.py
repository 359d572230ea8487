"""The app of people and workspaces, and the admin app with our own site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class WorkspacesConfig(AppConfig):
    """Connects the signal receivers when Django is ready."""

    name = "workspaces"
    verbose_name = "People and places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers of Django's and allauth's signals."""
        from workspaces.sign_in import receivers  # noqa: F401


class AuditAdminConfig(AdminConfig):
    """Makes ``AuditSite`` the default site of Django's admin."""

    default_site = "workspaces.admin.site.AuditSite"

    def ready(self) -> None:
        """Register our lists after the site exists: Django imports only modules named ``admin``."""
        super().ready()
        from workspaces.admin import lists  # noqa: F401
