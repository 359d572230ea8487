"""A filter of the admin audit that a person gets by mail, and when the next mail is due."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials_app.models.report_subscription import Frequency
from credentials_app.models.saved_view import LONGEST_VIEW_QUERY

LONGEST_AUDIT_NAME = 100


class AuditMail(models.Model):
    """``place`` is the scope: of the instance, ``organization:KEY`` or ``workspace:KEY``.

    ``query``: search, chips and order in the filter language of the list; ``query_key`` is its
    SHA-256, which an index can hold however long it is. The rights of its person count when the
    mail is made: who may not read the scope any more gets none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=60, editable=False)
    name = models.CharField(_("name"), max_length=LONGEST_AUDIT_NAME)
    query = models.TextField(_("filters"), max_length=LONGEST_VIEW_QUERY, blank=True)
    query_key = models.CharField(max_length=64, editable=False)
    frequency = models.CharField(_("how often"), max_length=10, choices=Frequency.choices)
    next_at = models.DateTimeField(_("next mail"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("mail of the audit")
        verbose_name_plural = _("mails of the audit")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "place", "query_key"], name="one_mail_per_query"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.frequency}"
