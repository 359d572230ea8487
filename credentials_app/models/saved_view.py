"""A saved view: a named query of the list, of one person or of the workspace."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_VIEW_NAME = 60
LONGEST_VIEW_QUERY = 4000


class SavedView(models.Model):
    """``owner`` None: it is the workspace's, for everybody there, and stays when its maker leaves.

    ``name_key``: the name as names are compared. ``query``: search, chips and order in the filter
    language of the list; ``presentation/view_query.py`` reads and writes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="saved_views",
        editable=False,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    name = models.CharField(_("name"), max_length=LONGEST_VIEW_NAME)
    name_key = models.CharField(max_length=3 * LONGEST_VIEW_NAME, editable=False)
    query = models.TextField(_("filters"), max_length=LONGEST_VIEW_QUERY, blank=True)
    made_at = models.DateTimeField(_("made"), editable=False)
    made_by = models.CharField(_("made by"), max_length=254, blank=True, editable=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "owner", "name_key"], name="view_of_person_is_unique"
            ),
            models.UniqueConstraint(
                fields=["workspace", "name_key"],
                condition=Q(owner__isnull=True),
                name="view_of_workspace_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        """True if it is the workspace's: everybody there sees it."""
        return self.owner_id is None
