"""Departures: who lost access to a workspace, when, and how."""

import uuid

from django.db import models

from workspaces.models.places import Workspace


class LeftBy(models.TextChoices):
    """How somebody lost access."""

    LEAVING = "left", "left"
    REMOVAL = "removed", "was removed"
    SUSPENSION = "suspended", "was suspended"
    DELETION = "deleted", "account was deleted"


class Departure(models.Model):
    """One person who reached a workspace and reaches it no more.

    The row is written with the deed. A task lists what the person knew (``listed_at``). Names are
    copies: the account may be deleted. ``returned_at``: the person has access again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="departures")
    person_id = models.UUIDField()
    name = models.CharField(max_length=100)
    email = models.EmailField()
    how = models.CharField(max_length=10, choices=LeftBy.choices)
    at = models.DateTimeField()
    listed_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "id")
        indexes = (
            models.Index(
                fields=("at",), condition=models.Q(listed_at=None), name="departure_to_list"
            ),
            models.Index(
                fields=("person_id", "workspace"),
                condition=models.Q(returned_at=None),
                name="departure_of_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
