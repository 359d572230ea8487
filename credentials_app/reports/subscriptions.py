"""Subscriptions to reports: those that people chose, and those that they have by default."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from credentials_app.models import Credential, Frequency, ReportSubscription, SavedView
from credentials_app.reports.scope import ReportScope
from credentials_app.reports.timing import next_report
from credentials_app.selectors import views_for
from credentials_app.services.saved_views import lock_views
from workspaces import audit
from workspaces.audit import Caller
from workspaces.clock import zone_of
from workspaces.models import OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.team_roles import people_by_team

CHANGE = "reports:subscription:change"
BY_DEFAULT = (Role.OWNER, Role.ADMIN)
MOST_NEW = 5000
Pair = tuple[UUID, UUID | None]
"""A person, and a workspace or None for the instance."""


def subscription_of(scope: ReportScope) -> ReportSubscription | None:
    """The subscription of this person, chosen or by default; None if there is none yet."""
    rows = ReportSubscription.objects.filter(person=scope.person).select_related("view")
    return rows.filter(workspace=scope.workspace).first()


def usual(person: User, role: Role | None) -> Frequency:
    """The default frequency for a person; ``role`` None: of the instance's report."""
    by_default = person.is_staff if role is None else role in BY_DEFAULT
    return Frequency.WEEKLY if by_default else Frequency.NEVER


def set_subscription(
    scope: ReportScope, frequency: Frequency, *, now: datetime, caller: Caller
) -> None:
    """Store the frequency and the view that this person chose.

    Raises PermissionDenied, and SavedView.DoesNotExist for a view that has just been deleted.
    """
    if not scope.may_mail():
        raise PermissionDenied
    next_at = next_report(frequency, now, zone_of(scope.person.time_zone))
    with transaction.atomic():
        view = _view_now(scope)
        ReportSubscription.objects.update_or_create(
            person=scope.person,
            workspace=scope.workspace,
            defaults={
                "frequency": frequency,
                "next_at": next_at,
                "view": view,
                "former_view": None,
            },
        )
        audit.record(
            CHANGE,
            actor=scope.person,
            workspace=scope.workspace,
            target=scope.person,
            details={"action": frequency.value} | ({"name": view.name} if view else {}),
            caller=caller,
        )


def _view_now(scope: ReportScope) -> SavedView | None:
    """The chosen view as it is now; nobody changes it until the transaction ends."""
    if scope.view is None or scope.workspace is None:
        return None
    lock_views(scope.workspace)
    return views_for(scope.workspace, scope.person).get(pk=scope.view.pk)


def make_missing(now: datetime) -> int:
    """Add the subscriptions that people have by default; returns how many."""
    pairs = list(dict.fromkeys(_missing()))[:MOST_NEW]
    people = User.objects.in_bulk({person for person, _ in pairs})
    ReportSubscription.objects.bulk_create(
        [
            ReportSubscription(
                person_id=person,
                workspace_id=workspace,
                next_at=next_report(Frequency.WEEKLY, now, zone_of(people[person].time_zone)),
            )
            for person, workspace in pairs
        ],
        ignore_conflicts=True,
    )
    return len(pairs)


IS_SENT = Q(workspace__deleted_at=None, workspace__archived_at=None)
"""The report of a deleted or archived workspace waits; that of the instance has no workspace."""


def due_subscriptions(now: datetime) -> "QuerySet[ReportSubscription]":
    """The subscriptions whose report is due, the oldest first."""
    due = ReportSubscription.objects.filter(IS_SENT, next_at__lte=now)
    return due.order_by("next_at", "pk")


def _missing() -> Iterator[Pair]:
    """Who has no subscription yet but should: owners and admins of workspaces with credentials,
    and administrators of the instance."""
    for person in User.objects.filter(
        ~_subscribed("pk", None), is_active=True, is_staff=True
    ).values_list("pk", flat=True):
        yield person, None
    used = Exists(Credential.objects.filter(workspace=OuterRef("pk")))
    workspaces = Workspace.objects.filter(used, is_sample=False)
    personal = workspaces.filter(~_subscribed("owner", "pk"), owner__is_active=True)
    yield from _pairs(personal.values_list("owner", "pk"))
    yield from _pairs(
        Participant.objects.filter(
            ~_subscribed("user", "workspace"),
            Exists(workspaces.filter(pk=OuterRef("workspace"))),
            role__in=BY_DEFAULT,
            user__is_active=True,
        ).values_list("user", "workspace")
    )
    yield from _pairs(_admins_by_team(workspaces))
    yield from _pairs(_owners_of_organizations(workspaces))


def _admins_by_team(workspaces: "QuerySet[Workspace]") -> Iterable[tuple[UUID, UUID]]:
    """Who has such a role by a team alone."""
    found = {
        (each.person.pk, each.workspace)
        for each in people_by_team(workspaces.values("pk"))
        if each.person.is_active and each.role in BY_DEFAULT
    }
    known = ReportSubscription.objects.filter(person__in={person for person, _ in found})
    return sorted(found - set(known.values_list("person", "workspace")))


def _owners_of_organizations(workspaces: "QuerySet[Workspace]") -> Iterable[tuple[UUID, UUID]]:
    """An owner of an organization owns its workspaces."""
    owners = OrganizationMember.objects.filter(
        role=OrganizationRole.OWNER, user__is_active=True
    ).values_list("user", "organization")
    of_organization: dict[UUID, list[UUID]] = {}
    for person, organization in owners:
        of_organization.setdefault(organization, []).append(person)
    known = set(
        ReportSubscription.objects.filter(
            person__in={person for person, _ in owners}, workspace__isnull=False
        ).values_list("person", "workspace")
    )
    for pk, organization in workspaces.filter(organization__in=of_organization).values_list(
        "pk", "organization"
    ):
        for person in of_organization[organization]:
            if (person, pk) not in known:
                yield person, pk


def _subscribed(person: str, workspace: str | None) -> Exists:
    """A condition on columns. ``workspace`` None: the instance's report."""
    rows = ReportSubscription.objects.filter(person=OuterRef(person))
    of_workspace = OuterRef(workspace) if workspace else None
    return Exists(rows.filter(workspace=of_workspace))


def _pairs(found: Iterable[tuple[UUID | None, UUID]]) -> Iterator[Pair]:
    for person, workspace in found:
        if person is not None:
            yield person, workspace
