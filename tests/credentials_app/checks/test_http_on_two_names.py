"""The sign-ins by plain http that a check may use: those that its workspace allows."""

import pytest

from credentials_app.checks import check
from credentials_app.checks.rules_in_use import RulesInUse, rules_of_one
from credentials_app.models import Credential, ServerRule
from credentials_app.services.actions import confirm_sign_in
from credentials_app.services.server_rules import delete_rule, set_rule
from registry.addresses.origins import Origin
from registry.evidence import StepName
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, step, verdict

pytestmark = pytest.mark.django_db
HOME, SIGN_IN = Origin.parse("http://10.1.2.3:5000"), Origin.parse("http://10.1.2.4:5001")
OTHER = Origin.parse("http://10.1.2.5:5001")
ASKED = evidence(step(StepName.PING, 401), realm=None, asks=SIGN_IN)
ASKS = verdict(Outcome.DISTRUSTED_REALM, asks=SIGN_IN)


def sent_with(row: Credential) -> tuple[frozenset[Origin], frozenset[Origin] | None]:
    """What the next check allows by http, and who may get the login."""
    Credential.objects.filter(pk=row.pk).update(next_check_at=row.created_at)
    with registry_says(Outcome.VALID, evidence(realm=None)) as registry:
        check.check_one(Credential, row.pk)
    [login] = registry.logins
    return login.http_realms, login.recipients


def test_a_check_may_use_the_http_sign_ins_of_its_workspace_only() -> None:
    row = scenes.stored_in_the_clear()
    set_rule(cast.seat(cast.workspace("other")), OTHER, allow_http=True, ca_pem="")
    assert sent_with(row)[0] == {HOME}
    set_rule(scenes.seat(), SIGN_IN, allow_http=True, ca_pem="")
    assert sent_with(row)[0] == {HOME, SIGN_IN}
    delete_rule(scenes.seat(), ServerRule.objects.get(origin=str(SIGN_IN)))
    assert sent_with(row)[0] == {HOME}


def test_a_confirmed_one_is_pinned_and_needs_its_rule_at_every_check() -> None:
    row = scenes.checked(scenes.stored_in_the_clear(), ASKS, ASKED)
    assert row.asks == str(SIGN_IN)
    row = confirm_sign_in(scenes.seat(), row, SIGN_IN)
    assert sent_with(row) == ({HOME}, {SIGN_IN})
    set_rule(scenes.seat(), SIGN_IN, allow_http=True, ca_pem="")
    assert sent_with(row) == ({HOME, SIGN_IN}, {SIGN_IN})


def test_an_https_server_allows_none() -> None:
    seat = scenes.seat()
    row = scenes.stored(by=seat)
    set_rule(seat, SIGN_IN, allow_http=True, ca_pem="")
    assert rules_of_one(row).http == frozenset()
    assert sent_with(row)[0] == frozenset()


def test_a_batch_reads_them_for_each_workspace() -> None:
    here, there = scenes.seat(), cast.seat(cast.workspace("other"))
    rows = [scenes.stored_in_the_clear(f"plain-{n}", by=s) for n, s in enumerate((here, there))]
    set_rule(here, SIGN_IN, allow_http=True, ca_pem="")
    set_rule(there, OTHER, allow_http=True, ca_pem="")
    rules = RulesInUse(str(HOME))
    assert [rules.of(row).http for row in rows] == [{HOME, SIGN_IN}, {HOME, OTHER}]
    assert [rules.of(row) == rules_of_one(row) for row in rows] == [True, True]
