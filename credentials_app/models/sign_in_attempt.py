"""Sign-ins that count as failed, outages of a sign-in, and logins that were refused today."""

import uuid

from django.db import models
from django.db.models import Q


class SignInAttempt(models.Model):
    """A sign-in at an origin that was sent and is not known to be good.

    It is deleted when the login is good. ``busy_until`` is set while its answer may still come.
    ``account`` is a hash, empty if failures lock no account; ``login`` is the key of its row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    origin = models.CharField(max_length=300, editable=False)
    account = models.CharField(max_length=32, blank=True, editable=False)
    tenant = models.CharField(max_length=60, editable=False)
    share = models.CharField(max_length=10, editable=False)
    login = models.CharField(max_length=36, blank=True, editable=False)
    worked = models.BooleanField(default=False, editable=False)
    at = models.DateTimeField(editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["origin", "at"], name="sign_in_by_origin")]

    def __str__(self) -> str:
        return f"{self.share} at {self.origin}"


class SignInOutage(models.Model):
    """The sign-in refuses logins of this tenant that worked; scheduled checks pause until then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    origin = models.CharField(max_length=300, editable=False)
    tenant = models.CharField(max_length=60, editable=False)
    until = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "tenant"], name="one_outage_of_a_sign_in"),
        ]

    def __str__(self) -> str:
        return f"outage of {self.origin}"


class RefusedLogin(models.Model):
    """A login that a registry refused; the memory of it is purged after 24 hours.

    ``digest`` is keyed and covers tenant, origin, user name and secret: it tells nothing to who
    reads the table, and no tenant finds what another one tried.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.CharField(max_length=60, editable=False)
    origin = models.CharField(max_length=300, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    refused_at = models.DateTimeField(db_index=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "origin", "digest"], name="refused_login_is_noted_once"
            ),
            models.CheckConstraint(name="refused_login_has_a_digest", condition=~Q(digest="")),
        ]

    def __str__(self) -> str:
        return f"refused at {self.origin}"
