"""The app of people and places."""

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """Connects the one receiver file when Django is ready."""

    name = "workspaces"
    verbose_name = "People and places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins, which only Django and allauth tell of."""
        from workspaces import receivers  # noqa: F401
