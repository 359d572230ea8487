"""Two rows for each place that holds sealed values: of two people, in two workspaces."""

from django.utils import timezone

from common import outbox
from common.outbox import Words
from credentials_app.services import replacement, trials
from credentials_app.services.replacement import NewSecret
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from tests.workspaces.sign_in.apps import give_app

BODY = "made-up text of a mail"
SECOND = "made-up-password-2"


def fill() -> None:
    """Credentials, former secrets, trials, mails that wait, authenticator apps and their codes."""
    for person, place in (
        (cast.alice(), cast.workspace()),
        (cast.mallory(), cast.personal(cast.mallory())),
    ):
        seat = cast.seat(place, person)
        row = scenes.stored(by=seat)
        replacement.replace_secret(seat, row, NewSecret(Secret(SECOND)))
        trials.start_trial(seat, scenes.draft(name="tried"))
        outbox.enqueue(
            to=person.email,
            words=Words("Made up", BODY),
            dedupe_key=person.email,
            now=timezone.now(),
        )
        give_app(person)
