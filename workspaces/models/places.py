"""Organizations, workspaces, their members and participants, and invitations."""

import uuid
from datetime import datetime
from typing import cast

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from common.living import Living, purged_at
from workspaces.models.roles import OrganizationRole, Role

slug_shape = RegexValidator(
    r"\A[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\Z",
    "Use small letters, digits and hyphens, beginning and ending with a letter or digit.",
)
IS_LIVING = models.Q(deleted_at=None)
PERSON = settings.AUTH_USER_MODEL


class Deletable(models.Model):
    """A place that stays for seven days after its deletion; ``objects`` leaves it out."""

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by = models.CharField(max_length=254, null=True, blank=True, editable=False)

    objects = Living()
    every = models.Manager()

    class Meta:
        abstract = True

    @property
    def kept_until(self) -> datetime | None:
        """When it is purged; None if it is not deleted."""
        return purged_at(self.deleted_at) if self.deleted_at else None


class Organization(Deletable):
    """Has workspaces; its owners own each of them. ``made_by``: the person who added it.

    ``requires_factor``: nobody opens its workspaces without a second factor.
    ``for_sample``: it was made for a sample, and goes with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=50, validators=[slug_shape])
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        PERSON, models.SET_NULL, related_name="organizations_made", null=True, editable=False
    )
    requires_factor = models.BooleanField(default=False, db_default=False, editable=False)
    for_sample = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("slug",), condition=IS_LIVING, name="organization_slug_once"
            ),
        )

    def __str__(self) -> str:
        return self.name


class OrganizationMember(models.Model):
    """One person in one organization. A trigger, too, keeps the last owner."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="members")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=OrganizationRole.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organization", "user"), name="member_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=OrganizationRole.values), name="member_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.organization}"


YOURS = "Your credentials"
"""The name of a personal workspace. Only its person reads it; the audit log calls it personal."""


class Workspace(Deletable):
    """Belongs to an organization or, as the personal one, to exactly one person.

    ``archived_at``: it is read only, nothing in it is checked, and nobody is mailed about it.
    ``is_sample``: its credentials are made up. Triggers, too, refuse that one is checked or mailed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="workspaces", null=True, blank=True
    )
    owner = models.OneToOneField(
        PERSON, models.PROTECT, related_name="personal_workspace", null=True, blank=True
    )
    slug = models.CharField(max_length=50, blank=True, validators=[slug_shape])
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    is_sample = models.BooleanField(default=False, db_default=False, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_by = models.CharField(max_length=254, null=True, blank=True, editable=False)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "slug"), condition=IS_LIVING, name="workspace_slug_once"
            ),
            models.CheckConstraint(
                condition=models.Q(organization__isnull=False, owner__isnull=True)
                & ~models.Q(slug="")
                | models.Q(organization__isnull=True, owner__isnull=False, slug=""),
                name="workspace_has_one_holder",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_personal(self) -> bool:
        """True if it belongs to one person; nobody else has access."""
        return self.owner_id is not None

    @property
    def label(self) -> str:
        """The name on pages and in mails, with the organization before it."""
        return f"{self.organization.name} / {self.name}" if self.organization else YOURS


class Participant(models.Model):
    """The role of a person in a workspace of an organization."""

    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="participants")
    user = models.ForeignKey(PERSON, models.PROTECT, related_name="participations")
    role = models.CharField(max_length=10, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("workspace", "user"), name="participant_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="participant_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.role} of {self.workspace}"


INVITED_AS = [*Role.choices, (OrganizationRole.MEMBER.value, OrganizationRole.MEMBER.label)]


class Invitation(models.Model):
    """An offer to an e-mail address: a role in a workspace, or a role in an organization and a
    place in some of its teams. Only the hash of its token is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, models.PROTECT, related_name="invitations", null=True, blank=True
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="invitations", null=True, blank=True
    )
    teams = models.ManyToManyField("workspaces.Team", related_name="invitations", blank=True)
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=INVITED_AS)
    invited_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "id")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                "workspace",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "organization",
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_as_member",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    workspace__isnull=False, organization__isnull=True, role__in=Role.values
                )
                | models.Q(
                    workspace__isnull=True,
                    organization__isnull=False,
                    role__in=OrganizationRole.values,
                ),
                name="invitation_has_one_target",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} to {self.place}"

    @property
    def place(self) -> Workspace | Organization:
        """What it invites to."""
        return self.workspace or cast(Organization, self.organization)

    @property
    def label(self) -> str:
        """The name of the place on pages."""
        return self.workspace.label if self.workspace else str(self.organization)
