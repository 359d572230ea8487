"""An installation with rows in every sealed place, for tests of backup and restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.config.installation import Installation, production
from tests.servers.run_servers import own_database
from workspaces.tokens.token_text import with_checksum

TOKEN = with_checksum("MadeUpTokenOfABackup0123456789")
FILL = f"""
from unittest.mock import patch
from tests import cast
from tests.api.calls import token_for
from tests.credentials_app import everything_sealed
from workspaces.tokens import life
everything_sealed.fill()
from common.clock import database_now
from credentials_app.models import Credential, FetchKind
from credentials_app.services.fetches import Consumer, count_fetch
with patch.object(life, "new_token_text", lambda: "{TOKEN}"):
    token_for(cast.alice(), cast.workspace())
consumer = Consumer(cast.alice(), FetchKind.API, "deploy script")
count_fetch(Credential.objects.first(), consumer, database_now())
from django.contrib.sessions.models import Session
from django.utils import timezone
from datetime import timedelta
Session.objects.create(
    session_key="made-up-session", session_data="x", expire_date=timezone.now() + timedelta(days=1)
)
"""
SHOW = f"""
import json
from common.clock import database_now
from common.models import OutgoingMail, RestorePause
from credentials_app.models import Credential, FormerSecret
from credentials_app.secrets import Reason, open_secret
from django.contrib.sessions.models import Session
from credentials_app.models import Fetch
from workspaces.models import AuditEvent, User
from workspaces.tokens import verify
token = verify.token_of("{TOKEN}")
print(json.dumps({{
    "token": str(verify._fault(token, "", database_now()) or "works") if token else "none",
    "fetches": Fetch.objects.count(),
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
}}))
"""
"""What the tables hold; a token is judged without an event of it."""


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
