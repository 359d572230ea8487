"""What is sealed with a secret, who opens it, and when it no longer fits its row."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from common.fields import open_sealed
from credentials_app import secrets
from credentials_app.models import Credential, ServerRule
from credentials_app.secrets import Reason, SealedContent
from registry.addresses.origins import Origin
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON, PASSWORD, REGISTRY, SIGN_IN, STRANGER
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
PLAIN_SERVER = Origin.parse("http://10.1.2.3:5000")
PEM = "made-up certificate"
PEM_SHA256 = "76987a37b9348f2b497e0a1a7ef661264ab35ce951c7096b2a472714022d1ecb"
WHOLE = SealedContent(
    secret=Secret("made-up-pässword"),
    username="ci-röbot",
    server=PLAIN_SERVER,
    recipients=frozenset({SIGN_IN, PLAIN_SERVER}),
    http=True,
    ca_sha256="abc123",
)


def rule(place: Any, server: Origin, *, allow_http: bool = False, ca_pem: str = "") -> ServerRule:
    return ServerRule.objects.create(
        workspace=place, origin=str(server), allow_http=allow_http, ca_pem=ca_pem, changed_at=NOON
    )


def unsealed(server: Origin = REGISTRY) -> Credential:
    """A row that was never saved, in Alice's workspace."""
    return Credential(workspace=cast.workspace(), server=str(server), username="ci-robot")


def test_all_that_is_sealed_comes_back() -> None:
    row = unsealed()
    secrets.seal(row, WHOLE)
    opened = secrets.open_secret(row, reason=Reason.CHECK)
    assert opened == WHOLE
    assert opened.secret.reveal() == WHOLE.secret.reveal()


def test_a_secret_that_is_pinned_to_nobody_is_not_one_that_was_never_pinned() -> None:
    row = unsealed()
    for recipients in (None, frozenset[Origin]()):
        secrets.seal(row, WHOLE.pinned_to(recipients))
        assert secrets.open_secret(row, reason=Reason.CHECK).recipients == recipients


def test_the_sealed_text_names_all_that_must_fit_the_row() -> None:
    row = unsealed()
    secrets.seal(row, WHOLE)
    assert open_sealed(row, "sealed") == (
        '{"recipients":["http://10.1.2.3:5000","https://gitlab.example.org"],'
        '"secret":"made-up-pässword","server":"http://10.1.2.3:5000",'
        '"tls":{"ca_sha256":"abc123","http":true},"username":"ci-röbot",'
        '"version":1}'
    )


def test_sealing_for_a_row_leaves_the_row_as_it_is() -> None:
    row = unsealed()
    secrets.seal(row, WHOLE)
    before = row.sealed
    sealed = secrets.sealed_for(row, WHOLE.pinned_to(None))
    assert row.sealed == before
    assert sealed != before


def test_who_opens_a_secret_is_recorded_with_the_reason() -> None:
    seat = scenes.seat()
    row = scenes.stored("deploy", by=seat)
    events = AuditEvent.objects.filter(action="credentials:secret:open")
    opened = secrets.opens_secrets(secrets.open_secret)
    assert opened(row, reason=Reason.REPLACE, seat=seat).username == "ci-robot"
    event = events.get()
    assert (event.actor_id, event.target_id) == (seat.user.pk, str(row.pk))
    assert event.details == {"reason": "replace"}
    assert secrets.open_secret(row, reason=Reason.CHECK).secret.reveal() == PASSWORD
    assert events.count() == 1, "the claim records a check"


def test_the_rule_of_a_row_is_that_of_its_workspace_and_server() -> None:
    row = unsealed()
    assert secrets.rule_of(row) is None
    rule(cast.workspace("other"), REGISTRY)
    rule(row.workspace, STRANGER)
    assert secrets.rule_of(row) is None
    own = rule(row.workspace, REGISTRY)
    assert secrets.rule_of(row) == own


def test_the_rules_for_a_server_are_found_by_workspace() -> None:
    one, other = cast.workspace(), cast.workspace("other")
    expected = {place.pk: rule(place, REGISTRY) for place in (one, other)}
    rule(one, STRANGER)
    assert secrets.rules_for(str(REGISTRY)) == expected


def test_certificates_are_known_by_their_hash() -> None:
    place = cast.workspace()
    assert secrets.fingerprint(None) == ""
    assert secrets.fingerprint(rule(place, STRANGER)) == ""
    assert secrets.fingerprint(rule(place, REGISTRY, ca_pem=PEM)) == PEM_SHA256


@pytest.mark.parametrize("allowed", [None, False, True])
@pytest.mark.parametrize("server", [REGISTRY, PLAIN_SERVER])
def test_only_a_plain_server_whose_rule_allows_it_uses_http(
    server: Origin, allowed: bool | None
) -> None:
    place = cast.workspace()
    known = None if allowed is None else rule(place, server, allow_http=allowed)
    expected = server is PLAIN_SERVER and allowed is True
    assert secrets.uses_http(server, known) is expected


def test_content_is_made_of_the_row_and_its_rule() -> None:
    row, secret = unsealed(PLAIN_SERVER), Secret(PASSWORD)
    bare = SealedContent(secret, "ci-robot", PLAIN_SERVER)
    assert secrets.content_for(row, secret) == bare
    rule(row.workspace, PLAIN_SERVER, allow_http=True, ca_pem=PEM)
    pins = frozenset({SIGN_IN})
    assert secrets.content_for(row, secret, pins) == replace(
        bare, recipients=pins, http=True, ca_sha256=PEM_SHA256
    )


Change = Callable[[Credential, SealedContent], SealedContent]
CHANGES: dict[str, Change] = {
    "user name": lambda row, content: replace(content, username="other"),
    "server": lambda row, content: replace(content, server=REGISTRY),
    "http": lambda row, content: replace(content, http=False),
    "certificates": lambda row, content: replace(content, ca_sha256=""),
}


@pytest.mark.parametrize("changed", CHANGES)
def test_content_fits_while_nothing_differs_from_row_and_rule(changed: str) -> None:
    row = unsealed(PLAIN_SERVER)
    known = rule(row.workspace, PLAIN_SERVER, allow_http=True, ca_pem=PEM)
    content = secrets.content_for(row, Secret(PASSWORD))
    assert secrets.fits(content, row, known)
    assert secrets.fits(content.pinned_to(frozenset({SIGN_IN})), row, known)
    assert not secrets.fits(CHANGES[changed](row, content), row, known)
    assert not secrets.fits(content, row, None)
