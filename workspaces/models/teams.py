"""Teams of an organization, their people, and the roles that they hold in workspaces."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from workspaces.models.places import Organization, Workspace
from workspaces.models.roles import Role

TEAM_ROLES = [role for role in Role if role is not Role.OWNER]
"""A team owns nothing: the rule of the last owner counts people."""


class Team(models.Model):
    """Some people of an organization. What the team may do, each of them may."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="teams")
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint("organization", Lower("name"), name="team_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """One person in one team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="team_memberships"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("team", "user"), name="team_member_once"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class TeamRole(models.Model):
    """The role of a team in a workspace of its organization."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="roles")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="team_roles")
    role = models.CharField(
        max_length=10, choices=[(role.value, role.label) for role in TEAM_ROLES]
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("team", "workspace"), name="team_role_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in TEAM_ROLES]),
                name="team_role_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.team}, {self.role} of {self.workspace}"
