"""Both databases: the last administrator who may sign in stays."""

from django.db import migrations

USERS = "workspaces_user"
STAYS = "the last administrator stays"
LEFT = f"EXISTS (SELECT 1 FROM {USERS} WHERE is_staff AND is_active)"


def sqlite_rules():
    for verb, columns in (("UPDATE", " OF is_staff, is_active"), ("DELETE", "")):
        yield (
            f"CREATE TRIGGER administrator_stays_{verb.lower()} AFTER {verb}{columns} ON {USERS} "
            f"WHEN OLD.is_staff AND OLD.is_active AND NOT {LEFT} BEGIN "
            f"SELECT RAISE(ABORT, '{STAYS}'); END"
        )


def postgresql_rules():
    # The lock makes two administrators who leave wait for each other.
    yield (
        "CREATE FUNCTION lk_administrator_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"PERFORM 1 FROM {USERS} WHERE is_staff AND is_active ORDER BY id FOR UPDATE; "
        f"IF NOT {LEFT} THEN RAISE EXCEPTION '{STAYS}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER administrator_stays AFTER UPDATE OF is_staff, is_active OR DELETE "
        f"ON {USERS} FOR EACH ROW "
        "WHEN (OLD.is_staff AND OLD.is_active) EXECUTE FUNCTION lk_administrator_stays()"
    )


def lay_down(apps, schema_editor):
    rules = {"sqlite": sqlite_rules, "postgresql": postgresql_rules}
    for rule in rules[schema_editor.connection.vendor]():
        schema_editor.execute(rule, params=None)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0009_browser_sessions")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
