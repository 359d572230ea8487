"""What rows store of a check, and what is loaded from it."""

import pytest

from credentials_app.serialization import dump_evidence, load_sign_in
from registry.addresses.origins import Origin
from tests.credentials_app.scenes import REGISTRY, SIGN_IN, STRANGER, evidence

NOBODY: frozenset[Origin] = frozenset()


@pytest.mark.parametrize(
    ("realm", "recipients", "found"),
    [
        (None, NOBODY, None),
        (SIGN_IN, frozenset({SIGN_IN}), SIGN_IN),
        (REGISTRY, NOBODY, REGISTRY),
        (STRANGER, NOBODY, None),
        (STRANGER, frozenset({SIGN_IN}), None),
    ],
    ids=["none", "pinned", "the registry's own", "to confirm", "to confirm anew"],
)
def test_only_a_sign_in_host_that_may_get_the_login_is_one_to_link_to(
    realm: Origin | None, recipients: frozenset[Origin], found: Origin | None
) -> None:
    stored = dump_evidence(evidence(realm=realm, recipients=recipients))
    assert load_sign_in(stored, REGISTRY) == found


def test_without_evidence_there_is_no_sign_in_host() -> None:
    assert load_sign_in(None, REGISTRY) is None
