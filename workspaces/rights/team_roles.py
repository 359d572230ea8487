"""Roles that people have by their teams."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, IntegerField, OuterRef, QuerySet, Subquery, When

from workspaces.models import TeamRole, User
from workspaces.models.roles import Role

PATH = "team_memberships__team__roles"
ORDER = list(Role)


def highest(*roles: str | None) -> Role | None:
    """The highest of these roles; None if there is none."""
    known = [Role(role) for role in roles if role]
    return min(known, key=ORDER.index, default=None)


def role_by_team(user: User) -> Subquery:
    """In a query of workspaces: the highest role that the person has by a team, or null."""
    rank = Case(
        *(When(role=role.value, then=number) for number, role in enumerate(ORDER)),
        output_field=IntegerField(),
    )
    rows = TeamRole.objects.filter(workspace=OuterRef("pk"), team__members__user=user)
    return Subquery(rows.order_by(rank).values("role")[:1], output_field=CharField())


@dataclass(frozen=True)
class ByTeam:
    """One person, who has a role in a workspace by one team."""

    person: User
    workspace: UUID
    role: Role
    team: str


def people_by_team(workspaces: Collection[UUID] | QuerySet[Any]) -> list[ByTeam]:
    """The people of the teams that have a role in these workspaces, in one query."""
    found: QuerySet[Any] = User.objects.filter(**{f"{PATH}__workspace__in": workspaces})
    found = found.annotate(
        of_place=F(f"{PATH}__workspace"),
        of_role=F(f"{PATH}__role"),
        of_team=F("team_memberships__team__name"),
    )
    return [
        ByTeam(row, row.of_place, Role(row.of_role), row.of_team)
        for row in found.order_by("name", "email", "of_team")
    ]
