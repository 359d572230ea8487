"""What people do in the measured product; importable only once Django is set up."""

from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import reverse

from credentials_app import tasks
from credentials_app.models import Credential
from credentials_app.services import credentials, server_rules
from credentials_app.services.draft import Draft
from registry.addresses.origins import Origin
from registry.secret import Secret
from tests import cast
from workspaces.rights.seat import Seat


def somebody(email: str, servers: list[str]) -> Seat:
    """A person in a personal workspace, which may use http for these servers."""
    person = cast.person(email)
    seat = cast.seat(cast.personal(person), person)
    for server in servers:
        server_rules.set_rule(seat, Origin.parse(server), allow_http=True, ca_pem="")
    return seat


@transaction.atomic
def adds(seat: Seat, name: str, server: str) -> UUID:
    """Add a credential as the form does, and enqueue its check."""
    draft = Draft(
        name=name,
        provider="generic",
        server=Origin.parse(server),
        username=f"{name}-{seat.user.email}",
        secret=Secret("made-up-password"),
        owner=seat.user,
    )
    row = credentials.add_credential(seat, draft)
    if row.asked_at is not None:
        tasks.check_credential.delay_on_commit(str(row.pk))
    return row.pk


def is_checked(key: UUID) -> bool:
    return Credential.objects.filter(pk=key, last_checked_at__isnull=False).exists()


def forgets_password(seat: Seat, address: str) -> None:
    """Ask for the mail that resets the password, by the page; each client address has a limit."""
    answer = Client(HTTP_HOST="localhost", REMOTE_ADDR=address).post(
        reverse("account_reset_password"), {"email": seat.user.email}
    )
    assert answer.status_code == 302, answer.status_code
