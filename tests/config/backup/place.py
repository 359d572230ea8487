"""An installation with rows in every sealed place, for tests of backup and restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.config.installation import Installation, production
from tests.servers.run_servers import own_database

FILL = """
from tests.credentials_app import everything_sealed
everything_sealed.fill()
from django.contrib.sessions.models import Session
from django.utils import timezone
from datetime import timedelta
Session.objects.create(
    session_key="made-up-session", session_data="x", expire_date=timezone.now() + timedelta(days=1)
)
"""
SHOW = """
import json
from common.models import OutgoingMail, RestorePause
from credentials_app.models import Credential, FormerSecret
from credentials_app.secrets import Reason, open_secret
from django.contrib.sessions.models import Session
from workspaces.models import AuditEvent, User
print(json.dumps({
    "people": sorted(User.objects.values_list("email", flat=True)),
    "secrets": sorted(
        open_secret(row, reason=Reason.EXAMINE).secret.reveal()
        for model in (Credential, FormerSecret) for row in model.objects.all()
    ),
    "mails": OutgoingMail.objects.count(),
    "events": AuditEvent.objects.count(),
    "newest": AuditEvent.objects.order_by("-seq").values_list("action", flat=True)[0],
    "sessions": Session.objects.count(),
    "paused": RestorePause.objects.count(),
}))
"""


LONG_S = 240  # all migrations on PostgreSQL, on a busy machine


@contextmanager
def new_machine(folder: Path) -> Iterator[Installation]:
    """An installation with a database of its own, in which there is not even a table."""
    with own_database() as database:
        place = production(folder)
        place.environment |= database
        yield place


def fill(place: Installation) -> None:
    """Make the tables, and rows in them."""
    commands = (("migrate", "-v0"), ("createcachetable",), ("shell", "-v0", "-c", FILL))
    for command in commands:
        done = place.run("manage.py", *command, within_s=LONG_S)
        assert done.returncode == 0, done.stderr
