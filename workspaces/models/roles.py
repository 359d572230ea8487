"""The roles in a workspace and in an organization."""

from django.db.models import TextChoices


class Role(TextChoices):
    """The role of a person in a workspace, the highest first."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    MAINTAINER = "maintainer", "Maintainer"
    USER = "user", "Operator"
    VIEWER = "viewer", "Viewer"


class OrganizationRole(TextChoices):
    """The role of a person in an organization. Its owners own all of its workspaces."""

    OWNER = "owner", "Owner"
    MEMBER = "member", "Member"
