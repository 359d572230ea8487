"""A person, who signs in by e-mail."""

import uuid
import zoneinfo
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower


def known_time_zone(name: str) -> None:
    """Refuse a time zone that this machine does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError("Choose a time zone from the list.")


class People(BaseUserManager["User"]):
    """Finds a person by e-mail without regard to case; people are made by ``accounts`` only."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person. The two flags of the instance give rights over the instance, in no workspace."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_time_zone])
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("administrator", default=False)
    is_auditor = models.BooleanField("auditor", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

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
        """The name, as Django and allauth ask for it."""
        return self.name

    def get_short_name(self) -> str:
        """The name again: nobody's name is cut."""
        return self.name

    @property
    def sees_the_instance(self) -> bool:
        """Administrators and auditors read the metadata of everything."""
        return self.is_active and (self.is_staff or self.is_auditor)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """No right is granted through Django's permissions: roles decide, and the admin reads."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """The admin shows its parts to those who read the instance."""
        return self.sees_the_instance
