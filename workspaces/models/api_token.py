"""API tokens: hash only, with their workspaces, their rate limits, and answers kept for repeats."""

import uuid

from django.conf import settings
from django.db import models

from workspaces.models.places import Workspace


class TokenEnd(models.TextChoices):
    """Who or what ended a token before its time."""

    PERSON = "person", "its person"
    ADMIN = "admin", "an admin of the workspace"
    FINDER = "finder", "whoever had it"
    LEFT = "left", "its person left the workspace"
    SUSPENDED = "suspended", "the account was suspended"
    DELETED = "deleted", "the account was deleted"


class ApiToken(models.Model):
    """One token of a person. The text is not stored: ``hash`` is its SHA-256, ``start`` its first
    characters, for people.

    ``prefixes``: the repositories whose secrets it may fetch; none: all. ``networks``: where it
    may be used; none: everywhere. ``used_…``: its last use, written at most once a minute.
    ``ended_by``: a copy of the name of who ended it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", editable=False
    )
    name = models.CharField(max_length=100)
    start = models.CharField(max_length=12, editable=False)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    prefixes = models.JSONField(default=list)
    networks = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_address = models.CharField(max_length=45, blank=True)
    used_agent = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=10, choices=TokenEnd.choices, blank=True)
    ended_by = models.CharField(max_length=254, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(
                fields=("expires_at",), condition=models.Q(ended_at=None), name="token_to_end"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"


class ApiTokenPlace(models.Model):
    """A workspace that a token is for. ``ended_at``: its person left the workspace."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="places")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="token_places")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("token", "workspace"), name="token_place_once"),
        )

    def __str__(self) -> str:
        return f"{self.token} in {self.workspace}"


class TokenWindow(models.Model):
    """The requests of one kind that a token has sent in the last minute.

    ``taken``: for each second with requests, when its last one was, and how many it had.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="windows")
    policy = models.CharField(max_length=10)
    taken = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("token", "policy"), name="token_window_once"),
        )

    def __str__(self) -> str:
        return f"{self.policy} of the last minute"


class ApiAnswer(models.Model):
    """The answer to a request that had an Idempotency-Key, for a repeat within a day.

    ``status`` None: the request is being worked on. The answer never has a secret.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    request_key = models.CharField(max_length=255)
    route = models.CharField(max_length=300)
    body_hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    headers = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("token", "route", "request_key"), name="api_answer_once"
            ),
        )
        indexes = (models.Index(fields=("at",), name="api_answer_by_age"),)

    def __str__(self) -> str:
        return f"{self.route} at {self.at}"
