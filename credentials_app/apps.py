"""The Django application of credentials."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "credentials_app"
    label = "credentials_app"
    verbose_name = "Credentials"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from credentials_app import system_checks  # noqa: F401  # importing it registers them
