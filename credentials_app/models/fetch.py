"""A fetch: a secret that left Lockkeeper, counted by day for each consumer and version."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from credentials_app.models.credential import Credential


class FetchKind(models.TextChoices):
    """What fetched it."""

    EXPORT = "export", _("export")
    HELPER = "helper", _("credential helper")
    KUBELET = "kubelet", _("kubelet")
    API = "api", _("API")


class Fetch(models.Model):
    """How often one consumer fetched one version of a secret on one day (UTC).

    A consumer is a person or a token, with a kind and an address; ``consumer`` is its digest, and
    ``label`` what people call it, kept when the person or the token is gone. ``image`` is the one
    that was asked for last, where the consumer named one.
    """

    credential = models.ForeignKey(
        Credential, on_delete=models.CASCADE, related_name="fetches", editable=False
    )
    secret_version = models.PositiveIntegerField(editable=False)
    day = models.DateField(db_index=True, editable=False)
    consumer = models.CharField(max_length=64, editable=False)
    kind = models.CharField(max_length=10, choices=FetchKind.choices, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
    )
    token = models.ForeignKey(
        "workspaces.ApiToken",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
    )
    label = models.CharField(max_length=254, editable=False)
    address = models.CharField(_("address"), max_length=45, blank=True, editable=False)
    image = models.CharField(_("image"), max_length=400, blank=True, editable=False)
    first_at = models.DateTimeField(_("first"), editable=False)
    last_at = models.DateTimeField(_("last"), editable=False)
    count = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("fetch")
        verbose_name_plural = _("fetches")
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "consumer", "secret_version", "day"],
                name="fetch_is_counted_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}, version {self.secret_version}, {self.day}"
