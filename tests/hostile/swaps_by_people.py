"""Ways to move a stored secret that somebody tries through the product itself."""

from typing import Any

import pytest

from credentials_app.models import Credential, FormerSecret
from credentials_app.services import credentials, replacement, trials
from credentials_app.services.actions import confirm_sign_in
from credentials_app.services.columns import version_of
from credentials_app.services.errors import (
    HttpNotAllowed,
    NothingToConfirm,
    RecipientsChanged,
    SecretNeeded,
)
from credentials_app.services.former_secrets import bring_back
from credentials_app.services.replacement import NewSecret
from credentials_app.services.server_rules import set_rule
from registry.providers import PROVIDERS
from registry.secret import Secret
from tests import cast
from tests.hostile.asking import CANARY
from tests.hostile.named_servers import FAR, HOME, origin
from tests.hostile.stored_credential import (
    FOREIGN,
    OWN,
    SECRET,
    Steps,
    StoredCredential,
    Way,
    imposter,
)
from workspaces.models.roles import Role
from workspaces.places import credentials_url

HTTP = origin(HOME, 80, "http")
MOVED = {"server": FOREIGN.display, "secret": ""}


def posts_the_form(stored: StoredCredential) -> Steps:
    place, row = stored.seat.workspace, stored.row
    visitor = cast.client_for(cast.someone(place, Role.MAINTAINER))
    known = {"name": "deploy", "provider": "generic", "username": "robot", "need": "pull"}
    values: dict[str, Any] = {**known, **MOVED, "seen": version_of(row)}
    address = credentials_url(place, "edit", pk=row.pk)
    for act in ("save", "add", "check", "trial"):
        assert visitor.post(address, {**values, "act": act}).status_code == 200
    yield
    assert visitor.post(address, {**values, "secret": CANARY}).status_code == 302
    yield


def edits_the_server(stored: StoredCredential) -> Steps:
    for server in (FOREIGN, origin(HOME, 5000), origin("other.example.org")):
        with pytest.raises(SecretNeeded):
            credentials.edit_credential(stored.seat, stored.row, stored.draft(server=server))
    yield
    draft = stored.draft(server=FOREIGN, secret=SECRET)
    credentials.edit_credential(stored.seat, stored.row, draft)
    yield


def tries_the_stored_secret(stored: StoredCredential) -> Steps:
    for draft in (stored.draft(server=FOREIGN), stored.draft(username="somebody-else")):
        with pytest.raises(SecretNeeded):
            trials.start_trial(stored.seat, draft, credential=stored.row)
    yield
    trials.start_trial(stored.seat, stored.draft(server=FOREIGN, secret=SECRET))
    yield


def adopts_a_trial_elsewhere(stored: StoredCredential) -> Steps:
    trial = trials.start_trial(stored.seat, stored.draft(), credential=stored.row)
    moved = stored.draft(server=FOREIGN)
    with pytest.raises(SecretNeeded):
        credentials.edit_credential(stored.seat, stored.row, moved, trial=trial)
    with pytest.raises(SecretNeeded):
        credentials.add_credential(
            stored.seat, stored.draft(server=FOREIGN, name="copy"), trial=trial
        )
    with pytest.raises(SecretNeeded):
        trials.start_trial(stored.seat, moved, before=trial)
    yield
    typed = trials.start_trial(stored.seat, stored.draft(server=FOREIGN, secret=SECRET))
    credentials.edit_credential(stored.seat, stored.row, moved, trial=typed)
    yield


def stores_a_tried_secret_twice(stored: StoredCredential) -> Steps:
    trial = trials.start_trial(stored.seat, stored.draft(), credential=stored.row)
    with pytest.raises(SecretNeeded):
        credentials.add_credential(stored.seat, stored.draft(name="copy"), trial=trial)
    yield
    stored.store("copy", server=FOREIGN)
    yield


def tries_it_from_another_workspace(stored: StoredCredential) -> Steps:
    place = cast.workspace("other")
    mine = cast.seat(place)
    set_rule(mine, OWN, allow_http=False, ca_pem=stored.servers.tls.authority_pem)
    for draft in (stored.draft(), stored.draft(server=FOREIGN)):
        with pytest.raises(SecretNeeded):
            trials.start_trial(mine, draft, credential=stored.row)
    with pytest.raises(Credential.DoesNotExist):
        credentials.edit_credential(mine, stored.row, stored.draft(server=FOREIGN, secret=SECRET))
    yield
    credentials.edit_credential(
        stored.seat, stored.row, stored.draft(server=FOREIGN, secret=SECRET)
    )
    yield


def names_another_authority(stored: StoredCredential) -> Steps:
    with imposter(stored) as pem:
        set_rule(stored.seat, OWN, allow_http=False, ca_pem=pem)
        yield
        assert stored.outcome() == "sealed_mismatch"
        replacement.replace_secret(stored.seat, stored.row, NewSecret(SECRET))
        yield


def opts_for_http(stored: StoredCredential) -> Steps:
    with pytest.raises(SecretNeeded):
        credentials.edit_credential(stored.seat, stored.row, stored.draft(server=HTTP))
    draft = stored.draft(server=HTTP, secret=SECRET)
    with pytest.raises(HttpNotAllowed):
        credentials.edit_credential(stored.seat, stored.row, draft)
    pem = stored.servers.tls.authority_pem
    set_rule(stored.seat, OWN, allow_http=True, ca_pem=pem)
    set_rule(stored.seat, HTTP, allow_http=True, ca_pem="")
    with pytest.raises(SecretNeeded):
        credentials.edit_credential(stored.seat, stored.row, stored.draft(server=HTTP))
    yield
    assert stored.outcome() == "valid"
    credentials.edit_credential(stored.seat, stored.row, stored.draft(server=HTTP, secret=SECRET))
    yield


def brings_a_former_one_back_for_another_server(stored: StoredCredential) -> Steps:
    other = Secret("made-up-other-secret-1")
    replacement.replace_secret(stored.seat, stored.row, NewSecret(other))
    former = FormerSecret.objects.get()
    moved = stored.draft(server=FOREIGN, secret=other)
    credentials.edit_credential(stored.seat, stored.row, moved)
    with pytest.raises(RecipientsChanged):
        bring_back(stored.seat, stored.row, former.pk)
    yield
    credentials.edit_credential(
        stored.seat, stored.row, stored.draft(server=FOREIGN, secret=SECRET)
    )
    yield


def confirms_as_a_viewer(stored: StoredCredential) -> Steps:
    stored.servers.home.realm = FAR
    fresh, place = stored.store("fresh"), stored.seat.workspace
    stored.check(fresh)
    assert (fresh.asks, fresh.last_outcome) == (str(FOREIGN), "distrusted_realm")
    address = credentials_url(place, "sign_in", pk=fresh.pk)
    for role in (Role.VIEWER, Role.USER):
        visitor = cast.client_for(cast.someone(place, role))
        assert visitor.post(address, {"host": str(FOREIGN)}).status_code == 403
    outsider = cast.client_for(cast.mallory())
    assert outsider.post(address, {"host": str(FOREIGN)}).status_code == 404
    yield
    visitor = cast.client_for(cast.someone(place, Role.MAINTAINER))
    assert visitor.post(address, {"host": str(FOREIGN)}).status_code == 302
    yield


def confirms_what_nobody_asked(stored: StoredCredential) -> Steps:
    with pytest.raises(NothingToConfirm):
        confirm_sign_in(stored.seat, stored.row, FOREIGN)
    stored.servers.home.realm = "https://registryexample.org/token"
    fresh = stored.store("fresh")
    stored.check(fresh)
    with pytest.raises(NothingToConfirm):
        confirm_sign_in(stored.seat, fresh, FOREIGN)
    yield
    stored.servers.home.realm = FAR
    stored.check(fresh)
    confirm_sign_in(stored.seat, fresh, FOREIGN)
    yield


def changes_the_realm(stored: StoredCredential) -> Steps:
    for realm in ("https://other.example.org/token", f"https://{HOME}:5000/token", FAR):
        stored.servers.home.realm = realm
        stored.check(stored.row)
        assert stored.outcome() == "distrusted_realm"
    with pytest.raises(SecretNeeded):
        confirm_sign_in(stored.seat, stored.row, FOREIGN)
    credentials.edit_credential(stored.seat, stored.row, stored.draft(repository="a/b", push=True))
    yield
    confirm_sign_in(stored.seat, stored.row, FOREIGN, secret=SECRET)
    yield


def changes_the_provider(stored: StoredCredential) -> Steps:
    for provider in PROVIDERS:
        draft = stored.draft(provider=provider.slug, repository="a/b", push=True)
        credentials.edit_credential(stored.seat, stored.row, draft)
        stored.check(stored.row)
    yield
    credentials.edit_credential(
        stored.seat, stored.row, stored.draft(server=FOREIGN, secret=SECRET)
    )
    yield


WAYS: dict[str, Way] = {
    way.__name__.replace("_", " "): way
    for way in (
        posts_the_form, edits_the_server, tries_the_stored_secret, adopts_a_trial_elsewhere,
        stores_a_tried_secret_twice, tries_it_from_another_workspace, names_another_authority,
        opts_for_http, confirms_as_a_viewer, confirms_what_nobody_asked, changes_the_realm,
        changes_the_provider, brings_a_former_one_back_for_another_server,
    )
}  # fmt: skip
