"""What the database itself refuses: changed audit events, places without an owner, guests at home."""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_initial")]
    # Each vendor has its own wording, which RunSQL alone cannot choose between.
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
