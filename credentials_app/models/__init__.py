"""The rows of this application, one small file each."""

from credentials_app.models.check_run import CheckRun
from credentials_app.models.checkable import Checkable
from credentials_app.models.credential import IS_TRUSTED, NAME_MESSAGE, NAME_PATTERN, Credential
from credentials_app.models.registry_origin import RegistryOrigin
from credentials_app.models.server_rule import ServerRule
from credentials_app.models.status_change import StatusChange
from credentials_app.models.trial import LIFETIME, Trial

__all__ = [
    "IS_TRUSTED",
    "LIFETIME",
    "NAME_MESSAGE",
    "NAME_PATTERN",
    "CheckRun",
    "Checkable",
    "Credential",
    "RegistryOrigin",
    "ServerRule",
    "StatusChange",
    "Trial",
]
