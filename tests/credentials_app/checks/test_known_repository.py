"""What a check knows of its repository from the last one: that it could be pulled from."""

import pytest

from credentials_app.checks import check
from credentials_app.models import Credential
from credentials_app.services.credentials import edit_credential
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests.credentials_app import scenes
from tests.credentials_app.scenes import registry_says

pytestmark = pytest.mark.django_db
HELD = scenes.verdict(held=("pull",), needed=("pull", "push"))


def knows(row: Credential) -> bool:
    """Whether the next check of the row is told so."""
    Credential.objects.filter(pk=row.pk).update(next_check_at=row.created_at)
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    [need] = registry.needs
    return need.was_pulled


@pytest.mark.parametrize(
    ("verdict", "known"),
    [
        (HELD, True),
        (scenes.verdict(held=("pull", "push")), True),
        (scenes.verdict(held=None), False),
        (scenes.verdict(held=("push",)), False),
        (scenes.verdict(Outcome.NO_ACCESS, held=("pull",)), False),
        (scenes.verdict(Outcome.UNREACHABLE), False),
    ],
)
def test_only_a_proved_pull_counts(verdict: Verdict, known: bool) -> None:
    row = scenes.stored(push=True, repository="team/app")
    assert knows(scenes.checked(row, verdict)) is known


def test_a_first_check_knows_nothing() -> None:
    assert not knows(scenes.stored(push=True, repository="team/app"))


def test_another_repository_than_the_checked_one_is_not_known() -> None:
    seat = scenes.seat()
    row = scenes.checked(scenes.stored(by=seat, push=True, repository="team/app"), HELD)
    draft = scenes.draft(push=True, repository="team/other", secret=None)
    assert not knows(edit_credential(seat, row, draft))
