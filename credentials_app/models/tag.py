"""The tags of credentials: names by which people group what belongs together."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials_app.models.credential import Credential, OfLiving

LONGEST_TAG = 40
TAG_PATTERN = r"\A[a-z0-9][a-z0-9_.:/-]{0,39}\Z"
"""Lower case, so that a name is the same however it is typed. ASCII: SQLite knows upper and lower
case of nothing else. No space, comma or quotation mark, so that tags are typed and searched as
words; the first sign is none of a separator's, so that ``-`` is free to mean *no tag*."""


class Tag(models.Model):
    """One tag of one credential.

    A tag is its name: the tags of a workspace are the names that its credentials have, so that one
    that nobody uses is gone by itself. ``workspace`` is that of the credential; a trigger refuses
    another one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="tags", editable=False
    )
    credential = models.ForeignKey(
        Credential, on_delete=models.CASCADE, related_name="tags", editable=False
    )
    name = models.CharField(_("tag"), max_length=LONGEST_TAG)

    objects = OfLiving()
    every = models.Manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        indexes = [
            models.Index(fields=["workspace", "name", "credential"], name="tag_of_workspace"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["credential", "name"], name="tag_is_there_once"),
            models.CheckConstraint(name="tag_name_is_plain", condition=Q(name__regex=TAG_PATTERN)),
        ]

    def __str__(self) -> str:
        return self.name


def tags_of(row: Credential) -> tuple[str, ...]:
    """The names in order: those that ``selectors.with_tags`` read with the row, else a query."""
    if "tag_names" in row.__dict__:
        return tuple(sorted((row.__dict__["tag_names"] or "").split()))
    return tuple(sorted(tag.name for tag in row.tags.all()))
