"""The audit log becomes a chain for each workspace and one for the instance.

Events of before stay as they are: one event at the beginning of each chain has their number and
the digest of all of them. The log may be large, so that it is read in batches.
"""

import uuid

from django.db import migrations, models
from django.utils import timezone

from workspaces.audit_chain import BEGIN, ZERO, Earlier, link
from workspaces.audit_heads import COLUMNS, exported

BATCH = 2000
AUDIT, HEADS = "workspaces_auditevent", "workspaces_audithead"
OF_THE_INSTANCE = uuid.UUID(int=2**128 - 1)
ONLY_ADDED = "audit events are only ever added"
ONLY_GROWS = "the head of an audit log only grows"
REMOVED = (
    "EXISTS (SELECT 1 FROM {heads} WHERE chain = COALESCE(OLD.workspace_id, '{instance}') "
    "AND removed >= COALESCE(OLD.number, 1))"
)
GROWS = (
    "NEW.chain = OLD.chain AND NEW.removed >= OLD.removed AND NEW.removed <= NEW.number "
    "AND (NEW.number > OLD.number OR (NEW.number = OLD.number AND NEW.hash = OLD.hash))"
)


def begin_chains(apps, schema_editor):
    """One pass over the log in its order, then one event and one head for each chain."""
    alias = schema_editor.connection.alias
    events = apps.get_model("workspaces", "AuditEvent").objects.using(alias)
    earlier, labels = {}, {}
    for row in events.order_by("seq").values(*COLUMNS).iterator(chunk_size=BATCH):
        key = row["workspace_id"]
        earlier.setdefault(key, Earlier()).add(exported(row))
        labels[key] = row["workspace_label"]
    heads = apps.get_model("workspaces", "AuditHead").objects.using(alias)
    for key in sorted(earlier, key=lambda key: key or OF_THE_INSTANCE):
        begun = events.model(**first_event(key, labels[key], earlier[key]))
        begun.hash = link(exported({name: getattr(begun, name) for name in COLUMNS}))
        begun.save(using=alias, force_insert=True)
        heads.create(chain=key or OF_THE_INSTANCE, number=1, hash=begun.hash)


def first_event(workspace, label, earlier):
    return {
        "id": uuid.uuid4(),
        "at": timezone.now(),
        "workspace_id": workspace,
        "workspace_label": label,
        "actor_type": "system",
        "actor_label": "system",
        "via": "command",
        "action": BEGIN,
        "details": {"count": earlier.count, "digest": earlier.digest, "through": earlier.last},
        "number": 1,
        "prev": ZERO,
    }


def sqlite_rules():
    removed = REMOVED.format(heads=HEADS, instance=OF_THE_INSTANCE.hex)
    yield "DROP TRIGGER audit_refuses_delete"
    yield (
        f"CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON {AUDIT} WHEN NOT {removed} BEGIN "
        f"SELECT RAISE(ABORT, '{ONLY_ADDED}'); END"
    )
    yield (
        f"CREATE TRIGGER audit_head_grows BEFORE UPDATE ON {HEADS} WHEN NOT ({GROWS}) BEGIN "
        f"SELECT RAISE(ABORT, '{ONLY_GROWS}'); END"
    )
    yield (
        f"CREATE TRIGGER audit_head_stays BEFORE DELETE ON {HEADS} BEGIN "
        f"SELECT RAISE(ABORT, '{ONLY_GROWS}'); END"
    )
    # An INSERT OR REPLACE fires no trigger for the row that it deletes; an INSERT OR IGNORE of a
    # head that is there must stay quiet.
    yield (
        f"CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON {HEADS} "
        f"WHEN EXISTS (SELECT 1 FROM {HEADS} WHERE chain = NEW.chain) BEGIN "
        f"SELECT RAISE(IGNORE); END"
    )


def refusal(name, body):
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def stop(words):
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';"


def postgresql_rules():
    removed = REMOVED.format(heads=HEADS, instance=OF_THE_INSTANCE)
    yield f"DROP TRIGGER audit_refuses_row ON {AUDIT}"
    yield refusal("lk_audit_delete", f"IF {removed} THEN RETURN OLD; END IF; {stop(ONLY_ADDED)}")
    yield refusal("lk_audit_head", f"IF {GROWS} THEN RETURN NEW; END IF; {stop(ONLY_GROWS)}")
    yield refusal("lk_audit_head_stays", stop(ONLY_GROWS))
    for name, event, table, function in (
        ("audit_refuses_row", "BEFORE UPDATE", AUDIT, "lk_audit_refuses"),
        ("audit_refuses_delete", "BEFORE DELETE", AUDIT, "lk_audit_delete"),
        ("audit_head_grows", "BEFORE UPDATE", HEADS, "lk_audit_head"),
        ("audit_head_stays", "BEFORE DELETE", HEADS, "lk_audit_head_stays"),
    ):
        yield (
            f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
    yield (
        f"CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON {HEADS} FOR EACH STATEMENT "
        "EXECUTE FUNCTION lk_audit_head_stays()"
    )


RULES = {"sqlite": sqlite_rules, "postgresql": postgresql_rules}


def lay_down(apps, schema_editor):
    for rule in RULES[schema_editor.connection.vendor]():
        schema_editor.execute(rule, params=None)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0019_invitations_to_organizations")]
    operations = [
        migrations.AddField(
            "auditevent", "number", models.BigIntegerField(editable=False, null=True)
        ),
        migrations.AddField(
            "auditevent", "prev", models.CharField(editable=False, max_length=64, null=True)
        ),
        migrations.AddField(
            "auditevent", "hash", models.CharField(editable=False, max_length=64, null=True)
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "chain",
                    models.UUIDField(editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.BigIntegerField(default=0)),
                ("hash", models.CharField(default=ZERO, max_length=64)),
                ("removed", models.BigIntegerField(default=0)),
                ("removed_hash", models.CharField(default=ZERO, max_length=64)),
            ],
        ),
        migrations.RunPython(begin_chains, migrations.RunPython.noop),
        migrations.RunPython(lay_down, migrations.RunPython.noop),
    ]
