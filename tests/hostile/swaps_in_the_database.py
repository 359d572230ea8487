"""Ways to move a stored secret that are open to somebody who can write the database."""

import pytest

from common.fields import Sealed
from credentials_app.models import Credential, ServerRule, Trial
from credentials_app.services import credentials, trials
from credentials_app.services.actions import confirm_sign_in
from credentials_app.services.errors import SecretNeeded
from credentials_app.services.server_rules import set_rule
from registry.secret import Secret
from tests import cast
from tests.hostile.named_servers import FAR, HOME, origin
from tests.hostile.vault import AGAIN, FOREIGN, OWN, Steps, Vault, Way, imposter

OTHER = Secret("made-up-other-secret-1")
MISMATCH = "sealed_mismatch"


def ciphertext(row: Credential | Trial) -> Sealed:
    """What the column holds, as it is copied from a dump."""
    stored = type(row).objects.get(pk=row.pk).sealed
    assert isinstance(stored, Sealed)
    return stored


def enters_again(vault: Vault, row: Credential) -> None:
    """A person enters the secret for the foreign server."""
    credentials.edit_credential(
        vault.seat, row, vault.draft(name=row.name, server=FOREIGN, secret=AGAIN)
    )


def the_server(vault: Vault) -> Steps:
    vault.put(vault.row, server=str(FOREIGN))
    yield
    assert vault.outcome() == MISMATCH
    credentials.replace_secret(vault.seat, vault.row, AGAIN)
    yield


def the_server_and_the_question(vault: Vault) -> Steps:
    vault.put(vault.row, server=str(FOREIGN), asks=str(FOREIGN))
    with pytest.raises(SecretNeeded):
        confirm_sign_in(vault.seat, vault.row, FOREIGN)
    with pytest.raises(SecretNeeded):
        trials.start_trial(vault.seat, vault.draft(server=FOREIGN), credential=vault.row)
    credentials.edit_credential(vault.seat, vault.row, vault.draft(server=FOREIGN, notes="x"))
    yield
    assert vault.outcome() == MISMATCH
    enters_again(vault, vault.row)
    yield


def the_server_of_an_unpinned_one(vault: Vault) -> Steps:
    fresh = vault.store("fresh")
    vault.put(fresh, server=str(FOREIGN), asks=str(FOREIGN))
    with pytest.raises(SecretNeeded):
        confirm_sign_in(vault.seat, fresh, FOREIGN)
    yield
    assert vault.outcome(fresh) == MISMATCH
    enters_again(vault, fresh)
    yield


def the_scheme(vault: Vault) -> Steps:
    plain = origin(HOME, 80, "http")
    set_rule(vault.seat, plain, allow_http=True, ca_pem="")
    vault.put(vault.row, server=str(plain))
    yield
    assert vault.outcome() == MISMATCH
    credentials.replace_secret(vault.seat, vault.row, AGAIN)
    yield


def the_question_about_the_sign_in(vault: Vault) -> Steps:
    vault.servers.home.realm = FAR
    vault.put(vault.row, asks=str(FOREIGN))
    with pytest.raises(SecretNeeded):
        confirm_sign_in(vault.seat, vault.row, FOREIGN)
    yield
    assert vault.outcome() == "distrusted_realm"
    confirm_sign_in(vault.seat, vault.row, FOREIGN, secret=AGAIN)
    yield


def a_ciphertext_to_another_row(vault: Vault) -> Steps:
    mine = vault.store("mine", server=FOREIGN, secret=OTHER)
    vault.put(mine, sealed=ciphertext(vault.row))
    vault.put(vault.row, sealed=ciphertext(vault.store("third", server=FOREIGN, secret=OTHER)))
    yield
    assert (vault.outcome(mine), vault.outcome()) == (MISMATCH, MISMATCH)
    enters_again(vault, mine)
    yield


def a_ciphertext_to_another_table(vault: Vault) -> Steps:
    trial = trials.start_trial(vault.seat, vault.draft(server=FOREIGN, secret=OTHER))
    Trial.objects.filter(pk=trial.pk).update(id=vault.row.pk)
    trial = Trial.objects.get(pk=vault.row.pk)
    vault.put(trial, sealed=ciphertext(vault.row))
    yield
    trial.refresh_from_db()
    assert trial.outcome == MISMATCH
    credentials.add_credential(vault.seat, vault.draft(name="new", server=FOREIGN, secret=AGAIN))
    yield


def a_ciphertext_to_another_workspace(vault: Vault) -> Steps:
    place = cast.workspace("other")
    theirs = cast.seat(place)
    for server in (OWN, FOREIGN):
        set_rule(theirs, server, allow_http=False, ca_pem=vault.servers.tls.authority_pem)
    mine = credentials.add_credential(theirs, vault.draft(server=FOREIGN, secret=OTHER))
    vault.put(mine, sealed=ciphertext(vault.row))
    yield
    assert vault.outcome(mine) == MISMATCH
    credentials.edit_credential(theirs, mine, vault.draft(server=FOREIGN, secret=AGAIN))
    yield


def the_workspace(vault: Vault) -> Steps:
    place = cast.workspace("other")
    theirs = cast.seat(place)
    for server in (OWN, FOREIGN):
        set_rule(theirs, server, allow_http=False, ca_pem=vault.servers.tls.authority_pem)
    vault.put(vault.row, workspace=place)
    with pytest.raises(SecretNeeded):
        credentials.edit_credential(theirs, vault.row, vault.draft(server=FOREIGN))
    yield
    assert vault.outcome() == MISMATCH
    credentials.edit_credential(theirs, vault.row, vault.draft(server=FOREIGN, secret=AGAIN))
    yield


def an_older_ciphertext_for_another_server(vault: Vault) -> Steps:
    older = ciphertext(vault.row)
    moved = vault.draft(server=FOREIGN, secret=OTHER)
    credentials.edit_credential(vault.seat, vault.row, moved)
    vault.check(vault.row)
    vault.put(vault.row, sealed=older)
    yield
    assert vault.outcome() == MISMATCH
    credentials.replace_secret(vault.seat, vault.row, AGAIN)
    yield


def an_older_ciphertext_without_a_pin(vault: Vault) -> Steps:
    fresh = vault.store("fresh")
    unpinned = ciphertext(fresh)
    vault.check(fresh)
    vault.put(fresh, sealed=unpinned)
    vault.servers.home.realm = FAR
    yield
    assert vault.outcome(fresh) == "distrusted_realm"
    confirm_sign_in(vault.seat, fresh, FOREIGN)
    yield


def the_authority_of_the_rule(vault: Vault) -> Steps:
    with imposter(vault) as pem:
        ServerRule.objects.filter(origin=str(OWN)).update(ca_pem=pem)
        yield
        assert vault.outcome() == MISMATCH
        credentials.replace_secret(vault.seat, vault.row, AGAIN)
        yield


WAYS: dict[str, Way] = {
    way.__name__.replace("_", " "): way
    for way in (
        the_server, the_server_and_the_question, the_server_of_an_unpinned_one, the_scheme,
        the_question_about_the_sign_in, a_ciphertext_to_another_row, a_ciphertext_to_another_table,
        a_ciphertext_to_another_workspace, the_workspace, an_older_ciphertext_for_another_server,
        an_older_ciphertext_without_a_pin, the_authority_of_the_rule,
    )
}  # fmt: skip
