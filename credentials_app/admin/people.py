"""Who reads the admin audit, and who may do something there."""

from django.http import HttpRequest

from workspaces.models import User
from workspaces.roles import InstanceCan, allows_on_instance


def may_check(request: HttpRequest) -> bool:
    """Administrators may; auditors read only."""
    person = request.user
    return isinstance(person, User) and allows_on_instance(
        is_staff=person.is_staff, is_auditor=person.is_auditor, can=InstanceCan.CHECK_ALL
    )


def person_of(request: HttpRequest) -> User:
    """The person who asks."""
    assert isinstance(request.user, User)  # noqa: S101  # the site lets nobody else in
    return request.user
