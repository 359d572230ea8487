"""The admin audit of credentials: it shows everything that is stored, except secrets."""

from credentials_app.admin.access import ACCESS_PAGES
from credentials_app.admin.accounts import ACCOUNT_PAGES
from credentials_app.admin.checks import CheckRunAdmin, RegistryOriginAdmin, StatusChangeAdmin
from credentials_app.admin.credentials import CredentialAdmin
from credentials_app.admin.overview import OVERVIEW
from credentials_app.admin.report import REPORT
from credentials_app.admin.stored import STORED

__all__ = [
    "ACCESS_PAGES",
    "ACCOUNT_PAGES",
    "OVERVIEW",
    "REPORT",
    "STORED",
    "CheckRunAdmin",
    "CredentialAdmin",
    "RegistryOriginAdmin",
    "StatusChangeAdmin",
]
