"""A credential: the values that people enter, and the results of its checks."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Coalesce, Concat, Lower, NullIf
from django.utils.translation import gettext_lazy as _

from common.living import Living, Row, purged_at
from credentials_app.models.checkable import Checkable, checkable_constraints
from credentials_app.models.workspace_rule import IS_POLITE
from credentials_app.status import Status, UseSeen
from registry.evidence import ExpirySource

NAME_PATTERN = r"\A[A-Za-z0-9_-]{1,100}\Z"
NAME_MESSAGE = _("Use 1 to 100 letters, digits, hyphens and underscores.")
SPACE = Value(" ")


class OfVerdict(Func):
    """A value of the stored verdict as text; null if there is none."""

    output_field = models.TextField()
    template = "(%(expressions)s ->> '%(key)s')"

    def __init__(self, *expressions: Any, key: str) -> None:
        super().__init__(*expressions, key=key)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Without Django's own words, whose order changes from process to process."""
        template = "JSON_EXTRACT(%(expressions)s, '$.%(key)s')"
        return self.as_sql(compiler, connection, template=template, **context)


SHOWN_TEXT = Concat(
    "name",
    SPACE,
    "server",
    SPACE,
    "username",
    SPACE,
    "repository",
    SPACE,
    Coalesce(OfVerdict("verdict", key="needed"), Value(""), output_field=models.TextField()),
    SPACE,
    "notes",
    output_field=models.TextField(),
)
"""What people search for; no word of a search reaches from one column into the next."""
SHOWN_PROVIDER = Coalesce(
    NullIf(OfVerdict("verdict", key="provider"), Value("")),
    "provider",
    output_field=models.CharField(max_length=50),
)
LIST_COLUMNS = (
    "workspace",
    "status",
    "status_since",
    "could_not_look_shown",
    "expires_source",
    "expires_at",
    "expires_on",
    "last_checked_at",
    "owner",
    "push",
    "server",
    "name",
    "id",
    "push_not_proved",
    "shown_provider",
    "deleted_at",
    "has_excess",
    "secret_kind",
    "secret_set_at",
    "use_told_at",
    "use_seen",
    "used_at",
)
"""What the list filters and sorts by: the index answers it without the rows."""


class Credential(Checkable):
    """One stored login. People write the first half of the columns, checks write the second.

    The database keeps ``searched_text`` and ``shown_provider``, the provider that the last check
    saw or else the chosen one. ``objects`` leaves out what is in the bin: see :class:`Living`.
    ``has_excess``: the last conclusive check saw rights that nobody needs. ``secret_kind``: its
    provider and kind, as ``kind_key`` writes them. ``secret_digest`` is keyed; it compares secrets,
    and no page, export or mail has it. Each is None until a check or a change notes it.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.PROTECT,
        related_name="credentials",
        editable=False,
    )
    name = models.CharField(
        _("name"), max_length=100, validators=[RegexValidator(NAME_PATTERN, NAME_MESSAGE)]
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_credentials",
        verbose_name=_("owner"),
    )
    notes = models.TextField(_("notes"), blank=True, max_length=4000)
    check_every = models.DurationField(_("check every"), null=True, blank=True)
    remind_before: "models.JSONField[Any, Any]" = models.JSONField(
        _("remind before the end"), null=True, blank=True
    )
    snoozed_until = models.DateTimeField(_("quiet until"), null=True, blank=True, editable=False)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True, editable=False)
    acknowledged_by = models.CharField(
        _("acknowledged by"), max_length=254, blank=True, editable=False
    )
    acknowledged_end = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), editable=False)
    created_by = models.CharField(_("added by"), max_length=254, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), editable=False)
    changed_by = models.CharField(_("changed by"), max_length=254, blank=True, editable=False)
    secret_set_at = models.DateTimeField(_("secret stored"), editable=False)
    secret_set_by = models.CharField(
        _("secret stored by"), max_length=254, blank=True, editable=False
    )

    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    deleted_by = models.CharField(
        _("deleted by"), max_length=254, null=True, blank=True, editable=False
    )

    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.UNVERIFIED
    )
    status_since = models.DateTimeField(_("status since"), editable=False)
    told_bad = models.BooleanField(default=False, editable=False)
    last_outcome = models.CharField(max_length=30, blank=True, editable=False)
    could_not_look_since = models.DateTimeField(null=True, blank=True, editable=False)
    could_not_look_why = models.CharField(max_length=30, blank=True, editable=False)
    could_not_look_shown = models.BooleanField(default=False, editable=False)
    looks_in_vain = models.PositiveIntegerField(default=0, editable=False)
    rejected_since = models.DateTimeField(null=True, blank=True, editable=False)
    rejections = models.PositiveIntegerField(default=0, editable=False)
    ever_valid = models.BooleanField(default=False, editable=False)
    refused_again_at = models.DateTimeField(null=True, blank=True, editable=False)
    taken_back_since = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    expires_source = models.CharField(
        max_length=20,
        choices=[(source.value, source.value) for source in ExpirySource],
        default=ExpirySource.UNKNOWN.value,
    )
    push_not_proved = models.BooleanField(
        _("push not proved"), default=False, db_default=False, editable=False
    )
    has_excess = models.BooleanField(null=True, editable=False)
    secret_kind = models.CharField(max_length=60, null=True, editable=False)
    secret_digest = models.CharField(max_length=80, null=True, editable=False)
    verdict: "models.JSONField[Any, Any]" = models.JSONField(null=True, blank=True, editable=False)
    last_checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    last_conclusive_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_good_at = models.DateTimeField(_("last seen working"), null=True, blank=True)
    last_bad_at = models.DateTimeField(_("last seen failing"), null=True, blank=True)

    use_seen = models.CharField(
        max_length=10, choices=UseSeen.choices, default=UseSeen.UNTOLD, blank=True, editable=False
    )
    used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    use_told_at = models.DateTimeField(null=True, blank=True, editable=False)

    searched_text = models.GeneratedField(
        expression=Lower(SHOWN_TEXT), output_field=models.TextField(), db_persist=True
    )
    shown_provider = models.GeneratedField(
        expression=SHOWN_PROVIDER, output_field=models.CharField(max_length=50), db_persist=True
    )

    fetched_at = models.DateTimeField(_("last fetched"), null=True, blank=True, editable=False)

    objects = Living()
    every = models.Manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        indexes = [
            models.Index(fields=["workspace", "status", "deleted_at"], name="credential_by_status"),
            models.Index(fields=LIST_COLUMNS, name="credential_list"),
            models.Index(
                fields=["workspace", "shown_provider", "deleted_at"], name="credential_by_provider"
            ),
            models.Index(fields=["workspace", "server", "deleted_at"], name="credential_by_server"),
            models.Index(fields=["workspace", "owner", "deleted_at"], name="credential_by_owner"),
            models.Index(
                fields=["workspace", "-status_since"],
                name="credential_changed",
                condition=Q(status_since__gt=models.F("created_at")),
            ),
            models.Index(
                fields=["workspace", "status", "expires_at"],
                name="credential_told_end",
                condition=Q(expires_at__isnull=False),
            ),
            models.Index(
                fields=["workspace", "status", "expires_on"],
                name="credential_typed_end",
                condition=Q(expires_on__isnull=False),
            ),
            models.Index(
                fields=["workspace"],
                name="credential_not_looked_at",
                condition=Q(could_not_look_shown=True),
            ),
            models.Index(
                fields=["workspace", "use_told_at", "use_seen", "used_at", "secret_set_at", "id"],
                name="credential_last_use",
                condition=Q(use_told_at__isnull=False),
            ),
            models.Index(
                fields=["workspace", "status"],
                name="credential_push_not_proved",
                condition=Q(push_not_proved=True),
            ),
            models.Index(
                fields=["secret_digest", "workspace"],
                name="credential_same_secret",
                condition=Q(secret_digest__isnull=False, deleted_at__isnull=True),
            ),
            models.Index(
                fields=["deleted_at", "workspace"],
                name="credential_in_the_bin",
                condition=Q(deleted_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("name"),
                condition=Q(deleted_at__isnull=True),
                name="credential_name_is_unique",
                violation_error_message=_("This workspace has a credential of this name."),
            ),
            models.CheckConstraint(
                name="credential_name_is_plain", condition=Q(name__regex=NAME_PATTERN)
            ),
            models.CheckConstraint(
                name="credential_status_is_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(name="credential_interval_is_polite", condition=IS_POLITE),
            *checkable_constraints("credential"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kept_until(self) -> datetime | None:
        """When it is purged; None if it is not in the bin."""
        return purged_at(self.deleted_at) if self.deleted_at else None

    @property
    def is_trusted(self) -> bool:
        """True if its registry accepted it at the last conclusive check; as :data:`IS_TRUSTED`."""
        return self.rejections == 0 and self.status != Status.UNVERIFIED


class OfLiving(Living[Row]):
    """Rows whose credential nobody has deleted."""

    column = "credential__deleted_at"


IS_TRUSTED = Q(rejections=0) & ~Q(status=Status.UNVERIFIED)
"""The same as a condition."""
