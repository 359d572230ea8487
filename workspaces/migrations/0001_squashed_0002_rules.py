"""The tables of people and places, and what the database itself refuses about them.

It replaces two migrations whose files are gone: a database that has both of them has this one.
"""

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.db.models import PROTECT, F, Q
from django.db.models.functions import Lower, Now

from workspaces.models.users import known_time_zone

AUDIT = "workspaces_auditevent"
# table, column of the place, table of the place, who is missed
OWNED = (
    ("workspaces_participant", "workspace_id", "workspaces_workspace", "workspace"),
    ("workspaces_organizationmember", "organization_id", "workspaces_organization", "organization"),
)


def sqlite_rules():
    for verb in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER audit_refuses_{verb.lower()} BEFORE {verb} ON {AUDIT} BEGIN "
            "SELECT RAISE(ABORT, 'audit events are only ever added'); END"
        )
    for table, place, places, word in OWNED:
        left = (
            f"EXISTS (SELECT 1 FROM {places} WHERE id = OLD.{place}) AND NOT EXISTS "
            f"(SELECT 1 FROM {table} WHERE {place} = OLD.{place} AND role = 'owner')"
        )
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {word}_keeps_owner_{verb.lower()} AFTER {verb} ON {table} "
                f"WHEN OLD.role = 'owner' AND {left} BEGIN "
                f"SELECT RAISE(ABORT, 'the last owner of the {word} stays'); END"
            )
    for verb in ("INSERT", "UPDATE"):
        yield (
            f"CREATE TRIGGER personal_stays_alone_{verb.lower()} "
            f"BEFORE {verb} ON workspaces_participant WHEN EXISTS (SELECT 1 FROM "
            "workspaces_workspace WHERE id = NEW.workspace_id AND owner_id IS NOT NULL) BEGIN "
            "SELECT RAISE(ABORT, 'a personal workspace is shared with nobody'); END"
        )
    yield (
        "CREATE TRIGGER workspace_keeps_holder BEFORE UPDATE ON workspaces_workspace "
        "WHEN OLD.owner_id IS NOT NEW.owner_id OR OLD.organization_id IS NOT NEW.organization_id "
        "BEGIN SELECT RAISE(ABORT, 'a workspace stays where it was made'); END"
    )


def refusal(name, body):
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def stop(words):
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"


def postgresql_rules():
    yield refusal("lk_audit_refuses", stop("audit events are only ever added"))
    for timing, verbs in (("ROW", "UPDATE OR DELETE"), ("STATEMENT", "TRUNCATE")):
        yield (
            f"CREATE TRIGGER audit_refuses_{timing.lower()} BEFORE {verbs} ON {AUDIT} "
            f"FOR EACH {timing} EXECUTE FUNCTION lk_audit_refuses()"
        )
    for table, place, places, word in OWNED:
        # The lock makes two leavers wait for each other; the look after it sees who has gone.
        yield refusal(
            f"lk_{word}_keeps_owner",
            f"PERFORM 1 FROM {places} WHERE id = OLD.{place} FOR UPDATE; "
            "IF FOUND AND NOT EXISTS "
            f"(SELECT 1 FROM {table} WHERE {place} = OLD.{place} AND role = 'owner') THEN "
            + stop(f"the last owner of the {word} stays")
            + " END IF; RETURN NULL;",
        )
        yield (
            f"CREATE TRIGGER {word}_keeps_owner AFTER UPDATE OR DELETE ON {table} FOR EACH ROW "
            f"WHEN (OLD.role = 'owner') EXECUTE FUNCTION lk_{word}_keeps_owner()"
        )
    yield refusal(
        "lk_personal_stays_alone",
        "IF EXISTS (SELECT 1 FROM workspaces_workspace "
        "WHERE id = NEW.workspace_id AND owner_id IS NOT NULL) THEN "
        + stop("a personal workspace is shared with nobody")
        + " END IF; RETURN NEW;",
    )
    yield (
        "CREATE TRIGGER personal_stays_alone BEFORE INSERT OR UPDATE ON workspaces_participant "
        "FOR EACH ROW EXECUTE FUNCTION lk_personal_stays_alone()"
    )
    yield refusal("lk_workspace_keeps_holder", stop("a workspace stays where it was made"))
    yield (
        "CREATE TRIGGER workspace_keeps_holder BEFORE UPDATE ON workspaces_workspace FOR EACH ROW "
        "WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id OR "
        "OLD.organization_id IS DISTINCT FROM NEW.organization_id) "
        "EXECUTE FUNCTION lk_workspace_keeps_holder()"
    )


RULES = {"sqlite": sqlite_rules, "postgresql": postgresql_rules}


def lay_down(apps, schema_editor):
    for rule in RULES[schema_editor.connection.vendor]():
        # With parameters None nothing is interpolated, so a percent sign stays what it is.
        schema_editor.execute(rule, params=None)


PERSON = settings.AUTH_USER_MODEL
ROLES = [
    ("owner", "Owner"),
    ("admin", "Admin"),
    ("maintainer", "Maintainer"),
    ("user", "User"),
    ("viewer", "Viewer"),
]
ROLES_OF_MEMBERS = [("owner", "Owner"), ("member", "Member")]
SLUG = RegexValidator(
    r"\A[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z",
    "Use small letters, digits and hyphens, beginning and ending with a letter or digit.",
)
ID = models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)
NUMBER = models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    initial = True
    replaces = [("workspaces", "0001_initial"), ("workspaces", "0002_rules")]
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organization",
            fields=[
                ("id", ID),
                ("slug", models.CharField(max_length=50, unique=True, validators=[SLUG])),
                ("name", models.CharField(max_length=100)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"ordering": ("name", "id")},
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField("password", max_length=128)),
                ("last_login", models.DateTimeField("last login", blank=True, null=True)),
                ("id", ID),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=100)),
                (
                    "time_zone",
                    models.CharField(default="UTC", max_length=64, validators=[known_time_zone]),
                ),
                ("is_active", models.BooleanField("may sign in", default=True)),
                ("is_staff", models.BooleanField("administrator", default=False)),
                ("is_auditor", models.BooleanField("auditor", default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ("email",),
                "constraints": [
                    models.UniqueConstraint(Lower("email"), name="one_person_per_address")
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("at", models.DateTimeField(db_default=Now(), editable=False)),
                ("workspace_id", models.UUIDField(null=True)),
                ("workspace_label", models.CharField(blank=True, max_length=210)),
                ("actor_type", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_label", models.CharField(blank=True, max_length=360)),
                ("via", models.CharField(max_length=10)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("action", models.CharField(max_length=80)),
                ("target_type", models.CharField(blank=True, max_length=40)),
                ("target_id", models.CharField(blank=True, max_length=64)),
                ("target_label", models.CharField(blank=True, max_length=360)),
                ("outcome", models.CharField(default="done", max_length=20)),
                ("details", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ("-seq",),
                "indexes": [
                    models.Index(fields=["workspace_id", "-seq"], name="audit_of_workspace"),
                    models.Index(fields=["target_id", "-seq"], name="audit_of_target"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Workspace",
            fields=[
                ("id", ID),
                ("slug", models.CharField(blank=True, max_length=50, validators=[SLUG])),
                ("name", models.CharField(max_length=100)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "organization",
                    models.ForeignKey(
                        "workspaces.organization",
                        PROTECT,
                        blank=True,
                        null=True,
                        related_name="workspaces",
                    ),
                ),
                (
                    "owner",
                    models.OneToOneField(
                        PERSON, PROTECT, blank=True, null=True, related_name="personal_workspace"
                    ),
                ),
            ],
            options={
                "ordering": ("name", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "slug"), name="workspace_slug_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(organization__isnull=False, owner__isnull=True) & ~Q(slug="")
                        | Q(organization__isnull=True, owner__isnull=False, slug=""),
                        name="workspace_has_one_holder",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", NUMBER),
                ("role", models.CharField(choices=ROLES, max_length=10)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("user", models.ForeignKey(PERSON, PROTECT, related_name="participations")),
                (
                    "workspace",
                    models.ForeignKey("workspaces.workspace", PROTECT, related_name="participants"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "user"), name="participant_once"),
                    models.CheckConstraint(
                        condition=Q(role__in=[role for role, _ in ROLES]),
                        name="participant_role_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", ID),
                ("email", models.EmailField(max_length=254)),
                ("role", models.CharField(choices=ROLES, max_length=10)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("invited_by", models.ForeignKey(PERSON, PROTECT, related_name="+")),
                (
                    "workspace",
                    models.ForeignKey("workspaces.workspace", PROTECT, related_name="invitations"),
                ),
            ],
            options={
                "ordering": ("-created_at", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        Lower("email"),
                        F("workspace"),
                        condition=Q(accepted_at=None, withdrawn_at=None),
                        name="one_open_invitation",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganizationMember",
            fields=[
                ("id", NUMBER),
                ("role", models.CharField(choices=ROLES_OF_MEMBERS, max_length=10)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "organization",
                    models.ForeignKey("workspaces.organization", PROTECT, related_name="members"),
                ),
                ("user", models.ForeignKey(PERSON, PROTECT, related_name="memberships")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "user"), name="member_once"),
                    models.CheckConstraint(
                        condition=Q(role__in=[role for role, _ in ROLES_OF_MEMBERS]),
                        name="member_role_known",
                    ),
                ],
            },
        ),
        # Each vendor has its own wording, which RunSQL alone cannot choose between.
        migrations.RunPython(lay_down, migrations.RunPython.noop),
    ]
