"""The tables of credentials, of their checks, and of whom to tell what.

It replaces twelve migrations whose files are gone: a database that has all of them has this one.
Columns stand in the order in which those twelve made them.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, SET_NULL, F, Q
from django.db.models.functions import Lower

from common.fields import SealedField

PERSON = settings.AUTH_USER_MODEL
WORKSPACE = "workspaces.workspace"
CREDENTIAL = "credentials_app.credential"

STATUSES = [
    ("unverified", "Unverified"),
    ("valid", "Valid"),
    ("expired", "Expired"),
    ("revoked", "Revoked"),
    ("refused", "Refused"),
    ("missing_scope", "Missing scope"),
    ("no_access", "No access"),
    ("blocked", "Blocked"),
    ("unproved", "Unproved"),
    ("wrong_server", "Wrong server"),
    ("paused", "Paused"),
]
OUTCOMES = (
    "valid missing_scope no_access expired revoked blocked rejected unproved wrong_server "
    "unreachable tls_failed throttled banned distrusted_realm forbidden_address broken_answer "
    "sealed_mismatch"
)
EXPIRY_SOURCES = "provider secret typed by_design unknown"
TELL = [("", "nobody"), ("bad", "turned bad"), ("good", "good again")]
NOTICES = [
    ("bad", "turned bad"),
    ("good", "good again"),
    ("expiring", "ends soon"),
    ("unreachable", "could not check"),
    ("reachable", "can be checked again"),
]
PACES = [
    ("at_once", "At once"),
    ("daily", "Once a day, in one mail"),
    ("expiry", "Nothing but what is about to end"),
    ("nothing", "Nothing"),
]
REACHES = [
    ("", "What my role suggests"),
    ("own", "Those that I own"),
    ("all", "All of the workspace"),
]
FREQUENCIES = [
    ("daily", "Every day"),
    ("weekly", "Every Monday"),
    ("monthly", "On the first of the month"),
    ("never", "Never"),
]
NAME = r"\A[A-Za-z0-9_-]{1,100}\Z"
NAME_MESSAGE = "Use 1 to 100 letters, digits, hyphens and underscores."
IS_POLITE = Q(check_every__isnull=True) | Q(
    check_every__range=(timedelta(minutes=15), timedelta(days=30))
)

ID = models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)
NUMBER = models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)
# Of credentials and of trials: a login, and the claim of one worker on it.
CHECKABLE = [
    ("id", ID),
    ("provider", models.CharField("provider", max_length=50)),
    ("server", models.CharField("registry server", max_length=300)),
    ("username", models.CharField("user name", blank=True, max_length=500)),
    ("push", models.BooleanField("needed for pushing too", default=False)),
    ("repository", models.CharField("repository", blank=True, max_length=255)),
    ("expires_on", models.DateField("expiry date, typed in", blank=True, null=True)),
    ("sealed", SealedField()),
    ("secret_version", models.PositiveIntegerField(default=1)),
    ("next_check_at", models.DateTimeField("next check", blank=True, db_index=True, null=True)),
    ("asked_at", models.DateTimeField("asked for", blank=True, null=True)),
    ("lease_id", models.UUIDField(blank=True, db_index=True, editable=False, null=True)),
    ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
    ("asks", models.CharField("sign-in host to confirm", blank=True, max_length=300)),
]


def checkable_constraints(table):
    return [
        models.CheckConstraint(
            condition=Q(lease_id__isnull=True, lease_until__isnull=True)
            | Q(lease_id__isnull=False, lease_until__isnull=False),
            name=f"{table}_lease_is_whole",
        ),
        models.CheckConstraint(
            condition=Q(secret_version__gte=1), name=f"{table}_version_starts_at_1"
        ),
        models.CheckConstraint(condition=~Q(server=""), name=f"{table}_has_a_server"),
    ]


def each_as_itself(values):
    return [(value, value) for value in values.split()]


def between(least, most):
    return [MinValueValidator(least), MaxValueValidator(most)]


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("credentials_app", "0001_initial"),
        ("credentials_app", "0002_made_up_logins"),
        ("credentials_app", "0003_politeness"),
        ("credentials_app", "0004_trial_of_a_credential"),
        ("credentials_app", "0005_schedule_notices_reports"),
        ("credentials_app", "0006_checker_watched_since"),
        ("credentials_app", "0007_counts_by_index"),
        ("credentials_app", "0008_checks_of_many"),
        ("credentials_app", "0009_thinned_history"),
        ("credentials_app", "0010_notices"),
        ("credentials_app", "0011_polite_intervals"),
        ("credentials_app", "0012_interval_in_force"),
    ]
    dependencies = [
        ("common", "0001_initial"),
        ("workspaces", "0001_squashed_0002_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Credential",
            fields=[
                *CHECKABLE,
                (
                    "name",
                    models.CharField(
                        "name", max_length=100, validators=[RegexValidator(NAME, NAME_MESSAGE)]
                    ),
                ),
                ("notes", models.TextField("notes", blank=True, max_length=4000)),
                ("created_at", models.DateTimeField("added", editable=False)),
                (
                    "created_by",
                    models.CharField("added by", blank=True, editable=False, max_length=254),
                ),
                ("changed_at", models.DateTimeField("changed", editable=False)),
                (
                    "changed_by",
                    models.CharField("changed by", blank=True, editable=False, max_length=254),
                ),
                ("secret_set_at", models.DateTimeField("secret stored", editable=False)),
                (
                    "secret_set_by",
                    models.CharField(
                        "secret stored by", blank=True, editable=False, max_length=254
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        "status", choices=STATUSES, default="unverified", max_length=20
                    ),
                ),
                ("status_since", models.DateTimeField("status since", editable=False)),
                ("told_bad", models.BooleanField(default=False, editable=False)),
                ("last_outcome", models.CharField(blank=True, editable=False, max_length=30)),
                (
                    "could_not_look_since",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                ("could_not_look_why", models.CharField(blank=True, editable=False, max_length=30)),
                ("could_not_look_shown", models.BooleanField(default=False, editable=False)),
                ("looks_in_vain", models.PositiveIntegerField(default=0, editable=False)),
                ("rejected_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("rejections", models.PositiveIntegerField(default=0, editable=False)),
                ("ever_valid", models.BooleanField(default=False, editable=False)),
                ("expires_at", models.DateTimeField("expires", blank=True, null=True)),
                (
                    "expires_source",
                    models.CharField(
                        choices=each_as_itself(EXPIRY_SOURCES), default="unknown", max_length=20
                    ),
                ),
                ("verdict", models.JSONField(blank=True, editable=False, null=True)),
                ("last_checked_at", models.DateTimeField("last checked", blank=True, null=True)),
                (
                    "last_conclusive_at",
                    models.DateTimeField(blank=True, editable=False, null=True),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        PERSON,
                        SET_NULL,
                        blank=True,
                        null=True,
                        related_name="owned_credentials",
                        verbose_name="owner",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        WORKSPACE, PROTECT, editable=False, related_name="credentials"
                    ),
                ),
                (
                    "acknowledged_at",
                    models.DateTimeField("acknowledged", blank=True, editable=False, null=True),
                ),
                (
                    "acknowledged_by",
                    models.CharField("acknowledged by", blank=True, editable=False, max_length=254),
                ),
                ("check_every", models.DurationField("check every", blank=True, null=True)),
                ("last_bad_at", models.DateTimeField("last seen failing", blank=True, null=True)),
                ("last_good_at", models.DateTimeField("last seen working", blank=True, null=True)),
                ("remind_before", models.JSONField("remind before the end", blank=True, null=True)),
                (
                    "snoozed_until",
                    models.DateTimeField("quiet until", blank=True, editable=False, null=True),
                ),
                ("acknowledged_end", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "credential",
                "verbose_name_plural": "credentials",
                "indexes": [
                    models.Index(fields=["workspace", "status"], name="credential_by_status"),
                    models.Index(
                        condition=Q(expires_at__isnull=False),
                        fields=["workspace", "expires_at"],
                        name="credential_told_end",
                    ),
                    models.Index(
                        condition=Q(expires_on__isnull=False),
                        fields=["workspace", "expires_on"],
                        name="credential_typed_end",
                    ),
                    models.Index(
                        condition=Q(could_not_look_shown=True),
                        fields=["workspace"],
                        name="credential_not_looked_at",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        F("workspace"),
                        Lower("name"),
                        name="credential_name_is_unique",
                        violation_error_message="This workspace has a credential of this name.",
                    ),
                    models.CheckConstraint(
                        condition=Q(name__regex=NAME), name="credential_name_is_plain"
                    ),
                    models.CheckConstraint(
                        condition=Q(status__in=[status for status, _ in STATUSES]),
                        name="credential_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=IS_POLITE, name="credential_interval_is_polite"
                    ),
                    *checkable_constraints("credential"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckRun",
            fields=[
                ("id", ID),
                ("started_at", models.DateTimeField("started")),
                ("took_ms", models.PositiveIntegerField("took (ms)")),
                (
                    "outcome",
                    models.CharField("outcome", choices=each_as_itself(OUTCOMES), max_length=30),
                ),
                ("verdict", models.JSONField()),
                ("evidence", models.JSONField()),
                ("secret_version", models.PositiveIntegerField()),
                ("asked", models.BooleanField("asked for by a person", default=False)),
                ("counted", models.BooleanField(default=True)),
                ("credential", models.ForeignKey(CREDENTIAL, CASCADE, related_name="runs")),
            ],
            options={
                "verbose_name": "check",
                "verbose_name_plural": "checks",
                "indexes": [
                    models.Index(fields=["credential", "-started_at"], name="check_run_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                ("id", ID),
                ("old", models.CharField(choices=STATUSES, max_length=20)),
                ("new", models.CharField(choices=STATUSES, max_length=20)),
                ("at", models.DateTimeField("when")),
                ("why", models.CharField(max_length=30)),
                ("tell", models.CharField(blank=True, choices=TELL, default="", max_length=10)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("credential", models.ForeignKey(CREDENTIAL, CASCADE, related_name="changes")),
                (
                    "run",
                    models.ForeignKey(
                        "credentials_app.checkrun",
                        SET_NULL,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
            ],
            options={
                "verbose_name": "status change",
                "verbose_name_plural": "status changes",
                "indexes": [
                    models.Index(fields=["credential", "-at"], name="status_change_newest"),
                    models.Index(
                        condition=Q(told_at__isnull=True) & ~Q(tell=""),
                        fields=["at"],
                        name="status_change_untold",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                *CHECKABLE,
                ("keeps_secret", models.BooleanField(default=False, editable=False)),
                ("started_at", models.DateTimeField(db_index=True, editable=False)),
                ("outcome", models.CharField(blank=True, editable=False, max_length=30)),
                ("verdict", models.JSONField(blank=True, editable=False, null=True)),
                ("evidence", models.JSONField(blank=True, editable=False, null=True)),
                ("checked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("took_ms", models.PositiveIntegerField(default=0, editable=False)),
                ("person", models.ForeignKey(PERSON, CASCADE, editable=False, related_name="+")),
                (
                    "workspace",
                    models.ForeignKey(WORKSPACE, CASCADE, editable=False, related_name="+"),
                ),
                (
                    "credential",
                    models.ForeignKey(
                        CREDENTIAL, CASCADE, editable=False, null=True, related_name="+"
                    ),
                ),
            ],
            options={
                "verbose_name": "trial",
                "verbose_name_plural": "trials",
                "constraints": checkable_constraints("trial"),
            },
        ),
        migrations.CreateModel(
            name="RegistryOrigin",
            fields=[
                ("id", ID),
                ("origin", models.CharField("origin", max_length=300, unique=True)),
                (
                    "max_connections",
                    models.PositiveSmallIntegerField(
                        "connections at once", default=4, validators=between(1, 32)
                    ),
                ),
                (
                    "rate_per_s",
                    models.FloatField(
                        "requests per second", default=2.0, validators=between(0.1, 100)
                    ),
                ),
                (
                    "burst",
                    models.PositiveSmallIntegerField(
                        "burst of requests", default=20, validators=between(1, 1000)
                    ),
                ),
                ("paused_until", models.DateTimeField("paused until", blank=True, null=True)),
                ("why", models.CharField("why", blank=True, max_length=30)),
                (
                    "failures",
                    models.PositiveIntegerField("failed connections in a row", default=0),
                ),
                ("circuit_until", models.DateTimeField(blank=True, null=True)),
                ("failed_logins", models.JSONField(blank=True, default=list)),
                ("lease_id", models.UUIDField(blank=True, editable=False, null=True)),
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("made_up_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("refuses_made_up", models.BooleanField(blank=True, editable=False, null=True)),
                ("failed_accounts", models.JSONField(blank=True, default=dict, editable=False)),
                ("person_lease_id", models.UUIDField(blank=True, editable=False, null=True)),
                ("person_lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("successes", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "verbose_name": "registry origin",
                "verbose_name_plural": "registry origins",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(burst__gte=1, max_connections__gte=1, rate_per_s__gt=0),
                        name="origin_figures_are_positive",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ServerRule",
            fields=[
                ("id", ID),
                ("origin", models.CharField("registry server", max_length=300)),
                ("allow_http", models.BooleanField("allow plain http", default=False)),
                ("ca_pem", models.TextField("certificates (PEM)", blank=True, max_length=65536)),
                ("changed_at", models.DateTimeField("changed", editable=False)),
                (
                    "changed_by",
                    models.CharField("changed by", blank=True, editable=False, max_length=254),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        WORKSPACE, CASCADE, editable=False, related_name="server_rules"
                    ),
                ),
            ],
            options={
                "verbose_name": "server rule",
                "verbose_name_plural": "server rules",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "origin"), name="one_rule_per_server"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkspaceRule",
            fields=[
                (
                    "workspace",
                    models.OneToOneField(
                        WORKSPACE,
                        CASCADE,
                        editable=False,
                        primary_key=True,
                        related_name="rule",
                        serialize=False,
                    ),
                ),
                ("check_every", models.DurationField("check every", blank=True, null=True)),
                ("remind_before", models.JSONField("remind before the end", blank=True, null=True)),
                ("changed_at", models.DateTimeField("changed", editable=False)),
                (
                    "changed_by",
                    models.CharField("changed by", blank=True, editable=False, max_length=254),
                ),
            ],
            options={
                "verbose_name": "workspace rule",
                "verbose_name_plural": "workspace rules",
                "constraints": [
                    models.CheckConstraint(condition=IS_POLITE, name="workspace_interval_is_polite")
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkCheck",
            fields=[
                ("id", ID),
                ("asked_at", models.DateTimeField("asked for", editable=False)),
                ("total", models.PositiveIntegerField(editable=False)),
                ("left_alone", models.PositiveIntegerField(default=0, editable=False)),
                ("asked_by", models.ForeignKey(PERSON, SET_NULL, null=True, related_name="+")),
                (
                    "workspace",
                    models.ForeignKey(WORKSPACE, CASCADE, editable=False, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "check of many",
                "verbose_name_plural": "checks of many",
                "indexes": [
                    models.Index(fields=["workspace", "-asked_at"], name="bulk_check_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkCheckEntry",
            fields=[
                ("id", NUMBER),
                ("outcome", models.CharField(blank=True, max_length=30)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bulk_check",
                    models.ForeignKey("credentials_app.bulkcheck", CASCADE, related_name="entries"),
                ),
                ("credential", models.ForeignKey(CREDENTIAL, CASCADE, related_name="+")),
            ],
            options={
                "verbose_name": "entry of a check of many",
                "verbose_name_plural": "entries of a check of many",
                "indexes": [
                    models.Index(
                        condition=Q(done_at__isnull=True),
                        fields=["credential"],
                        name="bulk_check_open",
                    ),
                    models.Index(
                        condition=Q(done_at__isnull=True),
                        fields=["bulk_check"],
                        name="bulk_check_left",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bulk_check", "credential"), name="bulk_check_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckerWatch",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("swept_at", models.DateTimeField("last sweep", blank=True, null=True)),
                ("checked_at", models.DateTimeField("last check recorded", blank=True, null=True)),
                ("stopped_since", models.DateTimeField("stopped since", blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("watched_until", models.DateTimeField(blank=True, null=True)),
                ("watched_since", models.DateTimeField(blank=True, null=True)),
                (
                    "thinned_until",
                    models.DateField("every check kept since", blank=True, null=True),
                ),
                ("interval", models.DurationField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "checker watch",
                "verbose_name_plural": "checker watch",
                "constraints": [
                    models.CheckConstraint(condition=Q(id=1), name="one_checker_watch")
                ],
            },
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", ID),
                ("server", models.CharField("registry server", max_length=300)),
                ("why", models.CharField("why", blank=True, max_length=30)),
                ("since", models.DateTimeField("since")),
                ("noted_at", models.DateTimeField(editable=False)),
                ("over_at", models.DateTimeField("over", blank=True, null=True)),
                (
                    "workspace",
                    models.ForeignKey(WORKSPACE, CASCADE, blank=True, null=True, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "outage",
                "verbose_name_plural": "outages",
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(over_at__isnull=True, workspace__isnull=True),
                        fields=("server",),
                        name="one_outage_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=Q(over_at__isnull=True),
                        fields=("server", "workspace"),
                        name="one_outage_in_a_place",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", ID),
                ("key", models.CharField(max_length=250, unique=True)),
                ("kind", models.CharField("kind", choices=NOTICES, max_length=15)),
                ("server", models.CharField("registry server", blank=True, max_length=300)),
                ("why", models.CharField(blank=True, max_length=30)),
                ("days", models.SmallIntegerField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("since", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(null=True)),
                (
                    "change",
                    models.ForeignKey(
                        "credentials_app.statuschange", CASCADE, null=True, related_name="notices"
                    ),
                ),
                (
                    "credential",
                    models.ForeignKey(CREDENTIAL, CASCADE, null=True, related_name="notices"),
                ),
                (
                    "mail",
                    models.ForeignKey("common.outgoingmail", SET_NULL, null=True, related_name="+"),
                ),
                ("person", models.ForeignKey(PERSON, CASCADE, related_name="notices")),
                ("workspace", models.ForeignKey(WORKSPACE, CASCADE, null=True, related_name="+")),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "indexes": [
                    models.Index(
                        condition=Q(mailed_at__isnull=True),
                        fields=["due_at"],
                        name="notice_waiting",
                    ),
                    models.Index(fields=["person", "-mailed_at"], name="notice_mailed"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticePreference",
            fields=[
                ("id", NUMBER),
                (
                    "pace",
                    models.CharField("pace", choices=PACES, default="at_once", max_length=10),
                ),
                (
                    "reach",
                    models.CharField(
                        "about", blank=True, choices=REACHES, default="", max_length=5
                    ),
                ),
                ("changed_at", models.DateTimeField("changed", editable=False)),
                ("person", models.ForeignKey(PERSON, CASCADE, related_name="+")),
                (
                    "workspace",
                    models.ForeignKey(WORKSPACE, CASCADE, editable=False, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "notice preference",
                "verbose_name_plural": "notice preferences",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "workspace"), name="one_preference_per_place"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportSubscription",
            fields=[
                ("id", ID),
                (
                    "frequency",
                    models.CharField(
                        "how often", choices=FREQUENCIES, default="weekly", max_length=10
                    ),
                ),
                (
                    "next_at",
                    models.DateTimeField("next report", blank=True, db_index=True, null=True),
                ),
                ("last_at", models.DateTimeField("last report", blank=True, null=True)),
                ("person", models.ForeignKey(PERSON, CASCADE, related_name="+")),
                (
                    "workspace",
                    models.ForeignKey(WORKSPACE, CASCADE, blank=True, null=True, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "report subscription",
                "verbose_name_plural": "report subscriptions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "workspace"), name="one_report_per_place"
                    ),
                    models.UniqueConstraint(
                        condition=Q(workspace__isnull=True),
                        fields=("person",),
                        name="one_report_of_the_instance",
                    ),
                ],
            },
        ),
    ]
