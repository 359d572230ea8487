"""Filters of the admin audit's list of credentials."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from credentials_app.expiry import WARNING
from credentials_app.models import Credential, Tag
from registry.providers import PROVIDERS

MOST_TAGS = 30


class ChoiceFilter(SimpleListFilter):
    """A filter whose choices do not depend on the request."""

    choices_shown: tuple[tuple[str, str], ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        return self.choices_shown


class CouldNotCheckFilter(ChoiceFilter):
    """By whether the last checks were inconclusive."""

    title = "last checks"
    parameter_name = "looks"
    choices_shown = (("vain", "Could not check"), ("fine", "Could be checked"))

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Credential]
    ) -> QuerySet[Credential]:
        if self.value() not in {"vain", "fine"}:
            return queryset
        return queryset.filter(could_not_look_shown=self.value() == "vain")


class ProviderFilter(ChoiceFilter):
    """By the provider that a person chose."""

    title = "provider"
    parameter_name = "provider"
    choices_shown = tuple((provider.slug, provider.label) for provider in PROVIDERS)

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Credential]
    ) -> QuerySet[Credential]:
        return queryset.filter(provider=self.value()) if self.value() else queryset


class EndFilter(ChoiceFilter):
    """By the end date, as the provider said it or a person typed it."""

    title = "end"
    parameter_name = "end"
    choices_shown = (("past", "Past"), ("soon", "Within 30 days"), ("unknown", "Unknown"))

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Credential]
    ) -> QuerySet[Credential]:
        now = timezone.now()
        if self.value() == "past":
            return queryset.filter(_ends_by(now))
        if self.value() == "soon":
            return queryset.filter(_ends_by(now + WARNING)).exclude(_ends_by(now))
        if self.value() == "unknown":
            return queryset.filter(expires_at=None, expires_on=None)
        return queryset


class PlaceFilter(ChoiceFilter):
    """By the kind of workspace: personal, or of an organization."""

    title = "workspace"
    parameter_name = "place"
    choices_shown = (("organization", "Organization"), ("personal", "Personal"))

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Credential]
    ) -> QuerySet[Credential]:
        kinds = {"organization": False, "personal": True}
        if self.value() not in kinds:
            return queryset
        return queryset.filter(workspace__organization__isnull=kinds[str(self.value())])


class TagFilter(SimpleListFilter):
    """By a tag: the most frequent ones of all workspaces."""

    title = "tag"
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = Tag.objects.filter(workspace__is_sample=False).order_by().values("name")
        most = names.annotate(rows=Count("*")).order_by("-rows", "name")[:MOST_TAGS]
        return [(each["name"], each["name"]) for each in most]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Credential]
    ) -> QuerySet[Credential]:
        return queryset.filter(tags__name=self.value()) if self.value() else queryset


def _ends_by(end: datetime) -> Q:
    return Q(expires_at__lte=end) | Q(expires_at=None, expires_on__lte=end.astimezone(UTC).date())
