"""The first steps of a person on a new instance, each with its state; without any statement."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workspaces.mails.status import has_mail_server
from workspaces.models import Workspace
from workspaces.places import credentials_url
from workspaces.rights.access import role_of
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat


@dataclass(frozen=True)
class FirstStep:
    """One thing to do, where, and whether it is done."""

    title: str | Promise
    text: str | Promise
    url: str
    action: str | Promise
    is_done: bool


def steps_of(seat: Seat, places: Sequence[Workspace], total: int) -> tuple[FirstStep, ...]:
    """The steps of who may add credentials here; none if all are done, or the list is closed.

    ``places``: every workspace of the person. ``total``: the number of credentials here.
    """
    is_closed = seat.user.first_steps_hidden_at is not None
    if is_closed or seat.workspace.is_sample or not allows(seat.role, Can.WRITE):
        return ()
    steps = [_add(seat.workspace, total), _invite(seat, places)]
    if seat.user.is_staff:
        steps.append(_mails())
    return () if all(step.is_done for step in steps) else tuple(steps)


def _add(workspace: Workspace, total: int) -> FirstStep:
    return FirstStep(
        _("Add your first credential"),
        _("Lockkeeper signs in at the registry at once, and says what is wrong and what to do."),
        credentials_url(workspace, "add"),
        _("Add credentials"),
        is_done=total > 0,
    )


def _invite(seat: Seat, places: Sequence[Workspace]) -> FirstStep:
    """Done as soon as a workspace is shared: somebody else's, or one's own after an invitation."""
    shared = [each for each in places if not each.is_personal and not each.is_sample]
    own = [each for each in shared if allows(role_of(each), Can.INVITE)]
    if own:
        organization, slug = own[0].organization, own[0].slug
        url = reverse("workspaces:people", args=[organization.slug, slug]) if organization else ""
    else:
        url = reverse("workspaces:organization_add")
    return FirstStep(
        _("Make an organization and invite"),
        _("A team sees the same credentials; roles say who may change them."),
        url,
        _("Invite people") if own else _("Make an organization"),
        is_done=len(shared) > len(own) or (bool(own) and seat.user.invited_at is not None),
    )


def _mails() -> FirstStep:
    return FirstStep(
        _("Let mails leave"),
        _("Without a mail server nobody hears of a credential that breaks or ends."),
        reverse("admin:mail"),
        _("Mail server"),
        is_done=has_mail_server(),
    )
