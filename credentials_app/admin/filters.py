"""Filters of the admin audit: when a credential ends, and what kind of place it is in."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from credentials_app.expiry import WARNING
from credentials_app.models import Credential
from registry.providers import PROVIDERS


class ChoiceFilter(SimpleListFilter):
    """A filter whose choices do not depend on who looks."""

    choices_shown: tuple[tuple[str, str], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        """Every choice."""
        return self.choices_shown


class CouldNotCheckFilter(ChoiceFilter):
    """Whether the last looks were in vain."""

    title = "last looks"
    parameter_name = "looks"
    choices_shown = (("vain", "Could not check"), ("fine", "Could be checked"))

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Credential]
    ) -> QuerySet[Credential]:
        """The rows of the chosen kind."""
        if self.value() not in {"vain", "fine"}:
            return queryset
        return queryset.filter(could_not_look_shown=self.value() == "vain")


class ProviderFilter(ChoiceFilter):
    """The provider as it was chosen."""

    title = "provider"
    parameter_name = "provider"
    choices_shown = tuple((provider.slug, provider.label) for provider in PROVIDERS)

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Credential]
    ) -> QuerySet[Credential]:
        """The rows of the chosen provider."""
        return queryset.filter(provider=self.value()) if self.value() else queryset


class EndFilter(ChoiceFilter):
    """Told by the registry or typed in."""

    title = "end"
    parameter_name = "end"
    choices_shown = (("past", "Past"), ("soon", "Within 30 days"), ("unknown", "Unknown"))

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Credential]
    ) -> QuerySet[Credential]:
        """The rows of the chosen kind."""
        now = timezone.now()
        if self.value() == "past":
            return queryset.filter(_by(now))
        if self.value() == "soon":
            return queryset.filter(_by(now + WARNING)).exclude(_by(now))
        if self.value() == "unknown":
            return queryset.filter(expires_at=None, expires_on=None)
        return queryset


class PlaceFilter(ChoiceFilter):
    """Personal workspaces and those of organizations."""

    title = "place"
    parameter_name = "place"
    choices_shown = (("organization", "Organization"), ("personal", "Personal"))

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Credential]
    ) -> QuerySet[Credential]:
        """The rows of the chosen kind."""
        kinds = {"organization": False, "personal": True}
        if self.value() not in kinds:
            return queryset
        return queryset.filter(workspace__organization__isnull=kinds[str(self.value())])


def _by(end: datetime) -> Q:
    return Q(expires_at__lte=end) | Q(expires_at=None, expires_on__lte=end.astimezone(UTC).date())
