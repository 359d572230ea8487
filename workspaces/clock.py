"""The time zone of a person, and the middleware that applies it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from workspaces.models import User


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name, or UTC if this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@contextmanager
def clock_of(name: str) -> Iterator[None]:
    """Show times in this time zone, or in UTC if this machine does not know it."""
    with timezone.override(zone_of(name)):
        yield


class PersonalClock:
    """Shows the times of a page in the time zone of the person who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.user.time_zone if isinstance(request.user, User) else "UTC"
        with clock_of(name):
            return self.get_response(request)
