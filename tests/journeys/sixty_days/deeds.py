"""What people do on the way, done as the pages do it: the deed, then the nudge."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.test import Client

from credentials_app import tasks
from credentials_app.models import Audience, Credential, Delivery, Frequency
from credentials_app.notices import muting, preferences
from credentials_app.reports import subscriptions
from credentials_app.reports.scope import ReportScope
from credentials_app.services import actions, bulk_checks, credentials, schedule
from credentials_app.services.draft import Draft
from registry.addresses.origins import Origin
from registry.secret import Secret
from tests import cast
from tests.journeys.sixty_days.letterbox import Letter
from tests.journeys.sixty_days.people import Reader
from tests.journeys.sixty_days.stories import Deed, Story
from workspaces.members import participants
from workspaces.models import User, Workspace
from workspaces.rights.seat import Seat


@dataclass
class Doers:
    """Does the deeds of a plan in the database."""

    clock: Callable[[], datetime]
    stories: dict[str, Story]
    places: dict[str, Workspace]
    people: dict[str, Reader]
    letters: list[Letter]

    def does(self, deed: Deed) -> Callable[[], None]:
        """What to call at its time."""
        return lambda: getattr(self, deed.verb)(deed)

    def add(self, deed: Deed) -> None:
        story = self.stories[deed.what]
        draft = Draft(
            name=story.name,
            provider="generic",
            server=Origin.parse(story.server),
            username=story.name,
            secret=Secret(story.secret(0)),
            expires_on=story.typed,
            owner=self._user(story.owner) if story.owner else None,
            check_every=story.check_every,
            remind_before=story.remind_before,
        )
        self._ring(credentials.add_credential(self._owner_of(story.place), draft))

    def replace(self, deed: Deed) -> None:
        secret = Secret(self.stories[deed.what].secret(deed.value))
        self._ring(credentials.replace_secret(*self._at(deed), secret))

    def delete(self, deed: Deed) -> None:
        credentials.delete_credential(*self._at(deed))

    def pause(self, deed: Deed) -> None:
        actions.pause_credential(*self._at(deed))

    def resume(self, deed: Deed) -> None:
        self._ring(actions.resume_credential(*self._at(deed)))

    def snooze(self, deed: Deed) -> None:
        muting.snooze(*self._at(deed), deed.value)

    def acknowledge(self, deed: Deed) -> None:
        muting.acknowledge(*self._at(deed))

    def every(self, deed: Deed) -> None:
        seat, row = self._at(deed)
        draft = credentials.draft_of(row)
        credentials.edit_credential(seat, row, _with_interval(draft, deed.value))

    def rule(self, deed: Deed) -> None:
        interval, days = deed.value
        seat = self._seat(deed.what, deed.who)
        schedule.set_workspace_rule(seat, check_every=interval, remind_before=days)

    def prefer(self, deed: Deed) -> None:
        pace, reach = deed.value
        preferences.set_preference(
            self._user(deed.who),
            self.places[deed.what],
            pace=Delivery(pace),
            reach=Audience(reach),
            now=self.clock(),
            caller=cast.CALLER,
        )

    def unsubscribe(self, deed: Deed) -> None:
        """Stop the notices of a place."""
        self._click(deed, f"({self.places[deed.what].label})")

    def stop_report(self, deed: Deed) -> None:
        """Stop the reports of a place."""
        self._click(deed, f"Report of {self.places[deed.what].label}:")

    def report(self, deed: Deed) -> None:
        scope = ReportScope(self._user(deed.who), self.places[deed.what])
        subscriptions.set_subscription(
            scope, Frequency(deed.value), now=self.clock(), caller=cast.CALLER
        )

    def check_all(self, deed: Deed) -> None:
        bulk_checks.check_workspace(self._seat(deed.what, deed.who))

    def _click(self, deed: Deed, words: str) -> None:
        """As a mail program does, with what stands in the latest mail of that kind."""
        email = self.people[deed.who].email
        mail = next(
            each for each in reversed(self.letters) if each.to == email and words in each.subject
        )
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        found = re.fullmatch(r"<https?://[^/]+(/[^>]+)>", mail.headers["List-Unsubscribe"])
        assert found, "a link that a mail program can use"
        program = Client(enforce_csrf_checks=True)
        answer = program.post(found[1], {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not program.cookies

    def leave(self, deed: Deed) -> None:
        participants.leave_workspace(self._seat(deed.what, deed.who))

    def _at(self, deed: Deed) -> tuple[Seat, Credential]:
        story = self.stories[deed.what]
        row = Credential.objects.get(workspace=self.places[story.place], name=story.name)
        return self._seat(story.place, deed.who), row

    def _owner_of(self, place: str) -> Seat:
        owners = [name for name, who in self.people.items() if who.roles.get(place) == "owner"]
        return self._seat(place, owners[0])

    def _seat(self, place: str, name: str) -> Seat:
        return cast.seat(self.places[place], self._user(name))

    def _user(self, name: str) -> User:
        return User.objects.get(email=self.people[name].email)

    def _ring(self, row: Credential) -> None:
        tasks.check_credential.delay_on_commit(str(row.pk))


def _with_interval(draft: Draft, interval: timedelta | None) -> Draft:
    values = {**vars(draft), "check_every": interval}
    return Draft(**values)
