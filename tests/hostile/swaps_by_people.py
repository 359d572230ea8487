"""Ways to move a stored secret that somebody tries through the product itself."""

from typing import Any

import pytest

from credentials_app.models import Credential
from credentials_app.services import credentials, trials
from credentials_app.services.actions import confirm_sign_in
from credentials_app.services.columns import version_of
from credentials_app.services.errors import HttpNotAllowed, NothingToConfirm, SecretNeeded
from credentials_app.services.server_rules import set_rule
from registry.providers import PROVIDERS
from tests import cast
from tests.hostile.asking import CANARY
from tests.hostile.named_servers import FAR, HOME, origin
from tests.hostile.vault import AGAIN, FOREIGN, OWN, Steps, Vault, Way, imposter
from workspaces.models.roles import Role
from workspaces.places import credentials_url

HTTP = origin(HOME, 80, "http")
MOVED = {"server": FOREIGN.display, "secret": ""}


def posts_the_form(vault: Vault) -> Steps:
    place, row = vault.seat.workspace, vault.row
    visitor = cast.client_for(cast.someone(place, Role.MAINTAINER))
    known = {"name": "deploy", "provider": "generic", "username": "robot", "need": "pull"}
    values: dict[str, Any] = {**known, **MOVED, "seen": version_of(row)}
    address = credentials_url(place, "edit", pk=row.pk)
    for act in ("save", "add", "check", "trial"):
        assert visitor.post(address, {**values, "act": act}).status_code == 200
    yield
    assert visitor.post(address, {**values, "secret": CANARY}).status_code == 302
    yield


def edits_the_server(vault: Vault) -> Steps:
    for server in (FOREIGN, origin(HOME, 5000), origin("other.example.org")):
        with pytest.raises(SecretNeeded):
            credentials.edit_credential(vault.seat, vault.row, vault.draft(server=server))
    yield
    draft = vault.draft(server=FOREIGN, secret=AGAIN)
    credentials.edit_credential(vault.seat, vault.row, draft)
    yield


def tries_the_stored_secret(vault: Vault) -> Steps:
    for draft in (vault.draft(server=FOREIGN), vault.draft(username="somebody-else")):
        with pytest.raises(SecretNeeded):
            trials.start_trial(vault.seat, draft, credential=vault.row)
    yield
    trials.start_trial(vault.seat, vault.draft(server=FOREIGN, secret=AGAIN))
    yield


def adopts_a_trial_elsewhere(vault: Vault) -> Steps:
    trial = trials.start_trial(vault.seat, vault.draft(), credential=vault.row)
    moved = vault.draft(server=FOREIGN)
    with pytest.raises(SecretNeeded):
        credentials.edit_credential(vault.seat, vault.row, moved, trial=trial)
    with pytest.raises(SecretNeeded):
        credentials.add_credential(
            vault.seat, vault.draft(server=FOREIGN, name="copy"), trial=trial
        )
    with pytest.raises(SecretNeeded):
        trials.start_trial(vault.seat, moved, before=trial)
    yield
    typed = trials.start_trial(vault.seat, vault.draft(server=FOREIGN, secret=AGAIN))
    credentials.edit_credential(vault.seat, vault.row, moved, trial=typed)
    yield


def stores_a_tried_secret_twice(vault: Vault) -> Steps:
    trial = trials.start_trial(vault.seat, vault.draft(), credential=vault.row)
    with pytest.raises(SecretNeeded):
        credentials.add_credential(vault.seat, vault.draft(name="copy"), trial=trial)
    yield
    vault.store("copy", server=FOREIGN)
    yield


def tries_it_from_another_workspace(vault: Vault) -> Steps:
    place = cast.workspace("other")
    mine = cast.seat(place)
    set_rule(mine, OWN, allow_http=False, ca_pem=vault.servers.tls.authority_pem)
    for draft in (vault.draft(), vault.draft(server=FOREIGN)):
        with pytest.raises(SecretNeeded):
            trials.start_trial(mine, draft, credential=vault.row)
    with pytest.raises(Credential.DoesNotExist):
        credentials.edit_credential(mine, vault.row, vault.draft(server=FOREIGN, secret=AGAIN))
    yield
    credentials.edit_credential(vault.seat, vault.row, vault.draft(server=FOREIGN, secret=AGAIN))
    yield


def names_another_authority(vault: Vault) -> Steps:
    with imposter(vault) as pem:
        set_rule(vault.seat, OWN, allow_http=False, ca_pem=pem)
        yield
        assert vault.outcome() == "sealed_mismatch"
        credentials.replace_secret(vault.seat, vault.row, AGAIN)
        yield


def opts_for_http(vault: Vault) -> Steps:
    with pytest.raises(SecretNeeded):
        credentials.edit_credential(vault.seat, vault.row, vault.draft(server=HTTP))
    draft = vault.draft(server=HTTP, secret=AGAIN)
    with pytest.raises(HttpNotAllowed):
        credentials.edit_credential(vault.seat, vault.row, draft)
    pem = vault.servers.tls.authority_pem
    set_rule(vault.seat, OWN, allow_http=True, ca_pem=pem)
    set_rule(vault.seat, HTTP, allow_http=True, ca_pem="")
    with pytest.raises(SecretNeeded):
        credentials.edit_credential(vault.seat, vault.row, vault.draft(server=HTTP))
    yield
    assert vault.outcome() == "valid"
    credentials.edit_credential(vault.seat, vault.row, vault.draft(server=HTTP, secret=AGAIN))
    yield


def confirms_as_a_viewer(vault: Vault) -> Steps:
    vault.servers.home.realm = FAR
    fresh, place = vault.store("fresh"), vault.seat.workspace
    vault.check(fresh)
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


def confirms_what_nobody_asked(vault: Vault) -> Steps:
    with pytest.raises(NothingToConfirm):
        confirm_sign_in(vault.seat, vault.row, FOREIGN)
    vault.servers.home.realm = "https://registryexample.org/token"
    fresh = vault.store("fresh")
    vault.check(fresh)
    with pytest.raises(NothingToConfirm):
        confirm_sign_in(vault.seat, fresh, FOREIGN)
    yield
    vault.servers.home.realm = FAR
    vault.check(fresh)
    confirm_sign_in(vault.seat, fresh, FOREIGN)
    yield


def changes_the_realm(vault: Vault) -> Steps:
    for realm in ("https://other.example.org/token", f"https://{HOME}:5000/token", FAR):
        vault.servers.home.realm = realm
        vault.check(vault.row)
        assert vault.outcome() == "distrusted_realm"
    with pytest.raises(SecretNeeded):
        confirm_sign_in(vault.seat, vault.row, FOREIGN)
    credentials.edit_credential(vault.seat, vault.row, vault.draft(repository="a/b", push=True))
    yield
    confirm_sign_in(vault.seat, vault.row, FOREIGN, secret=AGAIN)
    yield


def changes_the_provider(vault: Vault) -> Steps:
    for provider in PROVIDERS:
        draft = vault.draft(provider=provider.slug, repository="a/b", push=True)
        credentials.edit_credential(vault.seat, vault.row, draft)
        vault.check(vault.row)
    yield
    credentials.edit_credential(vault.seat, vault.row, vault.draft(server=FOREIGN, secret=AGAIN))
    yield


WAYS: dict[str, Way] = {
    way.__name__.replace("_", " "): way
    for way in (
        posts_the_form, edits_the_server, tries_the_stored_secret, adopts_a_trial_elsewhere,
        stores_a_tried_secret_twice, tries_it_from_another_workspace, names_another_authority,
        opts_for_http, confirms_as_a_viewer, confirms_what_nobody_asked, changes_the_realm,
        changes_the_provider,
    )
}  # fmt: skip
