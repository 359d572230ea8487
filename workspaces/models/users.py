"""The user model: a person, who signs in with an e-mail address."""

import uuid
import zoneinfo
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from common.living import purged_at

FACTOR_WITHIN = timedelta(days=7)
"""An administrator adds a second factor within this time."""


def known_time_zone(name: str) -> None:
    """Refuse a time zone that this machine does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Choose a time zone from the list.")


class People(BaseUserManager["User"]):
    """Finds a person by e-mail address, case-insensitively. ``members.people`` adds people."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person. The flags administrator and auditor give no rights in a workspace."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_time_zone])
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("administrator", default=False)
    is_auditor = models.BooleanField("auditor", default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    #: When the person said that UTC is right; their browser's time zone is not offered any more.
    utc_kept_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: When the person invited somebody for the first time.
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: When the person became an administrator; None for all others.
    administrator_since = models.DateTimeField(null=True, blank=True, editable=False)
    #: When the person got a second factor; None while they have none.
    second_factor_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: When the person closed the list of first steps of the overview.
    first_steps_hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: When the account was deleted. It stays for seven days; nobody signs in with it.
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: True if it was suspended already when it was deleted, and will be again.
    deleted_suspended = models.BooleanField(null=True, blank=True, editable=False)
    #: The hash of the token in the link that brings it back; None if only administrators may.
    return_hash = models.CharField(max_length=64, null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[People] = People()

    class Meta:
        ordering = ("email",)
        constraints = (models.UniqueConstraint(Lower("email"), name="one_person_per_address"),)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def get_full_name(self) -> str:
        """The name; Django and allauth call this."""
        return self.name

    def get_short_name(self) -> str:
        """The full name, because no name is shortened."""
        return self.name

    @property
    def is_offered_a_zone(self) -> bool:
        """True if a page may ask whether the time zone of the browser is the right one."""
        return self.time_zone == "UTC" and self.utc_kept_at is None

    @property
    def kept_until(self) -> datetime | None:
        """When the deleted account is purged; None if it is not deleted."""
        return purged_at(self.deleted_at) if self.deleted_at else None

    @property
    def standing(self) -> str:
        """Why nobody signs in with this account; empty if somebody may."""
        if self.deleted_at:
            return "account deleted"
        return "" if self.is_active else "suspended"

    @property
    def sees_the_instance(self) -> bool:
        """True for administrators and auditors, who may read the metadata of all workspaces."""
        return self.is_active and (self.is_staff or self.is_auditor)

    @property
    def factor_due_at(self) -> datetime | None:
        """Until when an administrator has to add a second factor; None if nothing is due."""
        if not self.is_staff or self.second_factor_at is not None:
            return None
        return (self.administrator_since or self.created_at) + FACTOR_WITHIN

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Always False: Django's permissions grant no right; roles decide."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """True for administrators and auditors: the admin asks this."""
        return self.sees_the_instance
