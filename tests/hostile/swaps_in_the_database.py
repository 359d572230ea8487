"""Ways to move a stored secret that are open to somebody who can write the database."""

import pytest

from common.fields import Sealed
from credentials_app.models import Credential, FormerSecret, ServerRule, Trial
from credentials_app.services import credentials, replacement, trials
from credentials_app.services.actions import confirm_sign_in
from credentials_app.services.errors import NoWayBack, SecretNeeded
from credentials_app.services.former_secrets import bring_back
from credentials_app.services.replacement import NewSecret
from credentials_app.services.server_rules import set_rule
from registry.secret import Secret
from tests import cast
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

OTHER = Secret("made-up-other-secret-1")
MISMATCH = "sealed_mismatch"


def ciphertext(row: Credential | Trial) -> Sealed:
    """What the column holds, as it is copied from a dump."""
    stored = type(row).objects.get(pk=row.pk).sealed
    assert isinstance(stored, Sealed)
    return stored


def enters_again(stored: StoredCredential, row: Credential) -> None:
    """A person enters the secret for the foreign server."""
    credentials.edit_credential(
        stored.seat, row, stored.draft(name=row.name, server=FOREIGN, secret=SECRET)
    )


def the_server(stored: StoredCredential) -> Steps:
    stored.put(stored.row, server=str(FOREIGN))
    yield
    assert stored.outcome() == MISMATCH
    replacement.replace_secret(stored.seat, stored.row, NewSecret(SECRET))
    yield


def the_server_and_the_question(stored: StoredCredential) -> Steps:
    stored.put(stored.row, server=str(FOREIGN), asks=str(FOREIGN))
    with pytest.raises(SecretNeeded):
        confirm_sign_in(stored.seat, stored.row, FOREIGN)
    with pytest.raises(SecretNeeded):
        trials.start_trial(stored.seat, stored.draft(server=FOREIGN), credential=stored.row)
    credentials.edit_credential(stored.seat, stored.row, stored.draft(server=FOREIGN, notes="x"))
    yield
    assert stored.outcome() == MISMATCH
    enters_again(stored, stored.row)
    yield


def the_server_of_an_unpinned_one(stored: StoredCredential) -> Steps:
    fresh = stored.store("fresh")
    stored.put(fresh, server=str(FOREIGN), asks=str(FOREIGN))
    with pytest.raises(SecretNeeded):
        confirm_sign_in(stored.seat, fresh, FOREIGN)
    yield
    assert stored.outcome(fresh) == MISMATCH
    enters_again(stored, fresh)
    yield


def the_scheme(stored: StoredCredential) -> Steps:
    plain = origin(HOME, 80, "http")
    set_rule(stored.seat, plain, allow_http=True, ca_pem="")
    stored.put(stored.row, server=str(plain))
    yield
    assert stored.outcome() == MISMATCH
    replacement.replace_secret(stored.seat, stored.row, NewSecret(SECRET))
    yield


def the_question_about_the_sign_in(stored: StoredCredential) -> Steps:
    stored.servers.home.realm = FAR
    stored.put(stored.row, asks=str(FOREIGN))
    with pytest.raises(SecretNeeded):
        confirm_sign_in(stored.seat, stored.row, FOREIGN)
    yield
    assert stored.outcome() == "distrusted_realm"
    confirm_sign_in(stored.seat, stored.row, FOREIGN, secret=SECRET)
    yield


def a_ciphertext_to_another_row(stored: StoredCredential) -> Steps:
    mine = stored.store("mine", server=FOREIGN, secret=OTHER)
    stored.put(mine, sealed=ciphertext(stored.row))
    stored.put(stored.row, sealed=ciphertext(stored.store("third", server=FOREIGN, secret=OTHER)))
    yield
    assert (stored.outcome(mine), stored.outcome()) == (MISMATCH, MISMATCH)
    enters_again(stored, mine)
    yield


def a_ciphertext_to_another_table(stored: StoredCredential) -> Steps:
    trial = trials.start_trial(stored.seat, stored.draft(server=FOREIGN, secret=OTHER))
    Trial.objects.filter(pk=trial.pk).update(id=stored.row.pk)
    trial = Trial.objects.get(pk=stored.row.pk)
    stored.put(trial, sealed=ciphertext(stored.row))
    yield
    trial.refresh_from_db()
    assert trial.outcome == MISMATCH
    credentials.add_credential(stored.seat, stored.draft(name="new", server=FOREIGN, secret=SECRET))
    yield


def a_ciphertext_to_another_workspace(stored: StoredCredential) -> Steps:
    place = cast.workspace("other")
    theirs = cast.seat(place)
    for server in (OWN, FOREIGN):
        set_rule(theirs, server, allow_http=False, ca_pem=stored.servers.tls.authority_pem)
    mine = credentials.add_credential(theirs, stored.draft(server=FOREIGN, secret=OTHER))
    stored.put(mine, sealed=ciphertext(stored.row))
    yield
    assert stored.outcome(mine) == MISMATCH
    credentials.edit_credential(theirs, mine, stored.draft(server=FOREIGN, secret=SECRET))
    yield


def the_workspace(stored: StoredCredential) -> Steps:
    place = cast.workspace("other")
    theirs = cast.seat(place)
    for server in (OWN, FOREIGN):
        set_rule(theirs, server, allow_http=False, ca_pem=stored.servers.tls.authority_pem)
    stored.put(stored.row, workspace=place)
    with pytest.raises(SecretNeeded):
        credentials.edit_credential(theirs, stored.row, stored.draft(server=FOREIGN))
    yield
    assert stored.outcome() == MISMATCH
    credentials.edit_credential(theirs, stored.row, stored.draft(server=FOREIGN, secret=SECRET))
    yield


def an_older_ciphertext_for_another_server(stored: StoredCredential) -> Steps:
    older = ciphertext(stored.row)
    moved = stored.draft(server=FOREIGN, secret=OTHER)
    credentials.edit_credential(stored.seat, stored.row, moved)
    stored.check(stored.row)
    stored.put(stored.row, sealed=older)
    yield
    assert stored.outcome() == MISMATCH
    replacement.replace_secret(stored.seat, stored.row, NewSecret(SECRET))
    yield


def an_older_ciphertext_without_a_pin(stored: StoredCredential) -> Steps:
    fresh = stored.store("fresh")
    unpinned = ciphertext(fresh)
    stored.check(fresh)
    stored.put(fresh, sealed=unpinned)
    stored.servers.home.realm = FAR
    yield
    assert stored.outcome(fresh) == "distrusted_realm"
    confirm_sign_in(stored.seat, fresh, FOREIGN)
    yield


def the_authority_of_the_rule(stored: StoredCredential) -> Steps:
    with imposter(stored) as pem:
        ServerRule.objects.filter(origin=str(OWN)).update(ca_pem=pem)
        yield
        assert stored.outcome() == MISMATCH
        replacement.replace_secret(stored.seat, stored.row, NewSecret(SECRET))
        yield


def a_former_ciphertext_into_the_row(stored: StoredCredential) -> Steps:
    replacement.replace_secret(stored.seat, stored.row, NewSecret(OTHER))
    former = FormerSecret.objects.get()
    stored.put(stored.row, sealed=former.sealed, server=str(FOREIGN), secret_version=1)
    yield
    assert stored.outcome() == MISMATCH
    enters_again(stored, stored.row)
    yield


def a_former_secret_to_another_credential(stored: StoredCredential) -> Steps:
    replacement.replace_secret(stored.seat, stored.row, NewSecret(OTHER))
    theirs = stored.draft(name="theirs", server=FOREIGN, secret=OTHER)
    mine = credentials.add_credential(stored.seat, theirs)
    stored.check(mine)
    former = FormerSecret.objects.get()
    FormerSecret.objects.filter(pk=former.pk).update(credential=mine)
    with pytest.raises(NoWayBack):
        bring_back(stored.seat, mine, former.pk)
    yield
    enters_again(stored, mine)
    yield


WAYS: dict[str, Way] = {
    way.__name__.replace("_", " "): way
    for way in (
        the_server, the_server_and_the_question, the_server_of_an_unpinned_one, the_scheme,
        the_question_about_the_sign_in, a_ciphertext_to_another_row, a_ciphertext_to_another_table,
        a_ciphertext_to_another_workspace, the_workspace, an_older_ciphertext_for_another_server,
        an_older_ciphertext_without_a_pin, the_authority_of_the_rule,
        a_former_ciphertext_into_the_row, a_former_secret_to_another_credential,
    )
}  # fmt: skip
