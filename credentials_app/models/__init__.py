"""The models of this application, one small file each."""

from credentials_app.models.audit_mail import LONGEST_AUDIT_NAME, AuditMail
from credentials_app.models.bulk_change import BulkChange
from credentials_app.models.bulk_check import BulkCheck, BulkCheckEntry
from credentials_app.models.check_progress import CheckProgress
from credentials_app.models.check_run import CheckRun
from credentials_app.models.checkable import Checkable
from credentials_app.models.checker_watch import CheckerWatch
from credentials_app.models.credential import IS_TRUSTED, NAME_MESSAGE, NAME_PATTERN, Credential
from credentials_app.models.fetch import Fetch, FetchKind
from credentials_app.models.former_secret import FormerSecret
from credentials_app.models.known_secret import IS_OPEN, KnownSecret
from credentials_app.models.last_use import OwnAddress, SeenAddress
from credentials_app.models.notice import Notice, NoticeKind
from credentials_app.models.notice_preference import Audience, Delivery, NoticePreference
from credentials_app.models.outage import Outage
from credentials_app.models.registry_origin import RegistryOrigin
from credentials_app.models.report_subscription import Frequency, ReportSubscription
from credentials_app.models.saved_view import LONGEST_VIEW_NAME, LONGEST_VIEW_QUERY, SavedView
from credentials_app.models.server_rule import ServerRule
from credentials_app.models.sign_in_attempt import RefusedLogin, SignInAttempt, SignInOutage
from credentials_app.models.status_change import StatusChange
from credentials_app.models.tag import LONGEST_TAG, TAG_PATTERN, Tag, tags_of
from credentials_app.models.trial import LIFETIME, Trial
from credentials_app.models.workspace_rule import WorkspaceRule

__all__ = [
    "IS_OPEN",
    "IS_TRUSTED",
    "LIFETIME",
    "LONGEST_AUDIT_NAME",
    "LONGEST_TAG",
    "LONGEST_VIEW_NAME",
    "LONGEST_VIEW_QUERY",
    "NAME_MESSAGE",
    "NAME_PATTERN",
    "TAG_PATTERN",
    "Audience",
    "AuditMail",
    "BulkChange",
    "BulkCheck",
    "BulkCheckEntry",
    "CheckProgress",
    "CheckRun",
    "Checkable",
    "CheckerWatch",
    "Credential",
    "Delivery",
    "Fetch",
    "FetchKind",
    "FormerSecret",
    "Frequency",
    "KnownSecret",
    "Notice",
    "NoticeKind",
    "NoticePreference",
    "Outage",
    "OwnAddress",
    "RefusedLogin",
    "RegistryOrigin",
    "ReportSubscription",
    "SavedView",
    "SeenAddress",
    "ServerRule",
    "SignInAttempt",
    "SignInOutage",
    "StatusChange",
    "Tag",
    "Trial",
    "WorkspaceRule",
    "tags_of",
]
