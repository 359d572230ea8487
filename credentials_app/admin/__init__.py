"""The admin audit: everything that is stored but what is sealed."""

from credentials_app.admin.checks import CheckRunAdmin, RegistryOriginAdmin, StatusChangeAdmin
from credentials_app.admin.credentials import CredentialAdmin

__all__ = ["CheckRunAdmin", "CredentialAdmin", "RegistryOriginAdmin", "StatusChangeAdmin"]
