"""The app of people and places, and the admin with a site of our own."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class WorkspacesConfig(AppConfig):
    """Connects the one receiver file when Django is ready."""

    name = "workspaces"
    verbose_name = "People and places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins, which only Django and allauth tell of."""
        from workspaces.sign_in import receivers  # noqa: F401


class AuditAdminConfig(AdminConfig):
    """Makes the audit the default site of Django's admin."""

    default_site = "workspaces.admin.site.AuditSite"

    def ready(self) -> None:
        """Register our lists once the site exists: Django imports only ``admin`` by itself."""
        super().ready()
        from workspaces.admin import lists  # noqa: F401
