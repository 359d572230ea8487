"""A notice: news for one person, pending until it is in a mail."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import OutgoingMail
from credentials_app.models.credential import Credential
from credentials_app.models.last_use import SeenAddress
from credentials_app.models.status_change import StatusChange


class NoticeKind(models.TextChoices):
    BAD = "bad", _("turned bad")
    GOOD = "good", _("good again")
    BROUGHT_BACK = "brought_back", _("former secret brought back")
    NEW_ADDRESS = "new_address", _("used from a new address")
    EXPIRING = "expiring", _("ends soon")
    UNREACHABLE = "unreachable", _("could not check")
    REACHABLE = "reachable", _("can be checked again")


class Notice(models.Model):
    """``key`` names the news and the person, so that nobody gets it twice.

    ``seen`` is a new address, ``server`` the origin of an outage. ``days`` and ``ends_at`` belong
    to a reminder, and ``ends_at`` to the end of an outage. ``due_at`` is the earliest time to mail
    it. ``mailed_at`` is when it was put into a mail, or was dropped as no longer wanted (``mail``
    None).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=250, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=NoticeKind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, null=True, related_name="+"
    )
    credential = models.ForeignKey(
        Credential, on_delete=models.CASCADE, null=True, related_name="notices"
    )
    change = models.ForeignKey(
        StatusChange, on_delete=models.CASCADE, null=True, related_name="notices"
    )
    seen = models.ForeignKey(SeenAddress, on_delete=models.CASCADE, null=True, related_name="+")
    server = models.CharField(_("registry server"), max_length=300, blank=True)
    why = models.CharField(max_length=30, blank=True)
    days = models.SmallIntegerField(null=True)
    ends_at = models.DateTimeField(null=True)
    since = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(OutgoingMail, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(
                fields=["due_at"], name="notice_waiting", condition=Q(mailed_at__isnull=True)
            ),
            models.Index(fields=["person", "-mailed_at"], name="notice_mailed"),
        ]

    def __str__(self) -> str:
        return self.key
