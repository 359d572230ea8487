"""Actions of people, done as the pages do them: the service, then the task."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.test import Client

from credentials_app import tasks
from credentials_app.models import Audience, Credential, Delivery, Frequency
from credentials_app.notices import muting, preferences
from credentials_app.reports import subscriptions
from credentials_app.reports.scope import ReportScope
from credentials_app.services import (
    actions,
    bulk_checks,
    credentials,
    deletion,
    replacement,
    schedule,
)
from credentials_app.services.draft import Draft
from credentials_app.services.replacement import NewSecret
from registry.addresses.origins import Origin
from registry.secret import Secret
from tests import cast
from tests.journeys.sixty_days.people import Reader
from tests.journeys.sixty_days.received_mail import ReceivedMail
from tests.journeys.sixty_days.stories import Action, Story
from workspaces.members import participants
from workspaces.models import User, Workspace
from workspaces.rights.seat import Seat


@dataclass
class ActionRunner:
    """Runs the actions of a plan in the database."""

    clock: Callable[[], datetime]
    stories: dict[str, Story]
    places: dict[str, Workspace]
    people: dict[str, Reader]
    mails: list[ReceivedMail]

    def call_for(self, action: Action) -> Callable[[], None]:
        """The function to call at the time of the action."""
        return lambda: getattr(self, action.verb)(action)

    def add(self, action: Action) -> None:
        story = self.stories[action.what]
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
        self._enqueue_check(credentials.add_credential(self._owner_of(story.place), draft))

    def replace(self, action: Action) -> None:
        secret = Secret(self.stories[action.what].secret(action.value))
        seat, row = self._at(action)
        new = NewSecret(secret, row.expires_on)
        self._enqueue_check(replacement.replace_secret(seat, row, new))

    def delete(self, action: Action) -> None:
        deletion.delete_credential(*self._at(action))

    def pause(self, action: Action) -> None:
        actions.pause_credential(*self._at(action))

    def resume(self, action: Action) -> None:
        cache.clear()  # many did much at the same moment; how often a person may ask is no matter
        self._enqueue_check(actions.resume_credential(*self._at(action)))

    def snooze(self, action: Action) -> None:
        muting.snooze(*self._at(action), action.value)

    def acknowledge(self, action: Action) -> None:
        muting.acknowledge(*self._at(action))

    def every(self, action: Action) -> None:
        seat, row = self._at(action)
        draft = credentials.draft_of(row)
        credentials.edit_credential(seat, row, _with_interval(draft, action.value))

    def rule(self, action: Action) -> None:
        interval, days = action.value
        seat = self._seat(action.what, action.who)
        schedule.set_workspace_rule(seat, check_every=interval, remind_before=days)

    def prefer(self, action: Action) -> None:
        pace, reach = action.value
        preferences.set_preference(
            self._user(action.who),
            self.places[action.what],
            pace=Delivery(pace),
            reach=Audience(reach),
            now=self.clock(),
            caller=cast.CALLER,
        )

    def unsubscribe(self, action: Action) -> None:
        """Unsubscribe from the notices of a workspace."""
        self._click(action, f"({self.places[action.what].label})")

    def stop_report(self, action: Action) -> None:
        """Unsubscribe from the reports of a workspace."""
        self._click(action, f"Report of {self.places[action.what].label}:")

    def report(self, action: Action) -> None:
        scope = ReportScope(self._user(action.who), self.places[action.what])
        subscriptions.set_subscription(
            scope, Frequency(action.value), now=self.clock(), caller=cast.CALLER
        )

    def check_all(self, action: Action) -> None:
        bulk_checks.check_workspace(self._seat(action.what, action.who))

    def _click(self, action: Action, words: str) -> None:
        """Unsubscribe like a mail program, by the link in the latest mail of that kind."""
        email = self.people[action.who].email
        mail = next(
            each for each in reversed(self.mails) if each.to == email and words in each.subject
        )
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        found = re.fullmatch(r"<https?://[^/]+(/[^>]+)>", mail.headers["List-Unsubscribe"])
        assert found, "a link that a mail program can use"
        program = Client(enforce_csrf_checks=True)
        answer = program.post(found[1], {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert not program.cookies

    def leave(self, action: Action) -> None:
        participants.leave_workspace(self._seat(action.what, action.who))

    def _at(self, action: Action) -> tuple[Seat, Credential]:
        story = self.stories[action.what]
        row = Credential.objects.get(workspace=self.places[story.place], name=story.name)
        return self._seat(story.place, action.who), row

    def _owner_of(self, place: str) -> Seat:
        owners = [name for name, who in self.people.items() if who.roles.get(place) == "owner"]
        return self._seat(place, owners[0])

    def _seat(self, place: str, name: str) -> Seat:
        return cast.seat(self.places[place], self._user(name))

    def _user(self, name: str) -> User:
        return User.objects.get(email=self.people[name].email)

    def _enqueue_check(self, row: Credential) -> None:
        tasks.check_credential.delay_on_commit(str(row.pk))


def _with_interval(draft: Draft, interval: timedelta | None) -> Draft:
    values = {**vars(draft), "check_every": interval}
    return Draft(**values)
