"""The roles that rows hold: in a workspace and in an organization."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person is in a workspace, the highest first."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    MAINTAINER = "maintainer", "Maintainer"
    USER = "user", "User"
    VIEWER = "viewer", "Viewer"


class OrganizationRole(TextChoices):
    """What a person is in an organization; its owners own all of its workspaces."""

    OWNER = "owner", "Owner"
    MEMBER = "member", "Member"
