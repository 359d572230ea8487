"""The admin as an audit: administrators and auditors read, and it changes nothing."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import path

from workspaces.admin.pages import PAGES, pages_for
from workspaces.models import User

NOT_SERVED = frozenset({"view_on_site", "autocomplete"})
NOT_SHOWN = frozenset({"auth", "account"})


class AuditSite(AdminSite):
    """Open to those who read the instance; they sign in like everybody else."""

    site_header = "Lockkeeper · admin audit"
    site_title = "Admin audit"
    index_title = "What is stored on this instance"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators and auditors."""
        return isinstance(request.user, User) and request.user.sees_the_instance

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        """Leave out what other packages would let be edited here."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours: list[Any] = [model for model in models if _app(model) not in NOT_SHOWN]
        super().register(ours, *args, **options)

    def get_urls(self) -> list[Any]:
        """With our own pages, and without the two of Django's that nothing here leads to."""
        ours = [path(page.path, self.admin_view(page.view), name=page.name) for page in PAGES]
        theirs = super().get_urls()
        return ours + [each for each in theirs if getattr(each, "name", "") not in NOT_SERVED]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The first page leads to our own pages."""
        return {**super().each_context(request), "instance_pages": pages_for(request)}

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """To everybody else nothing is here."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return guarded

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """There is no form here: whoever came this far has signed in on the product's page."""
        if not self.has_permission(request):
            raise Http404
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Passwords are changed on one page of the product."""
        return redirect("account_change_password")

    password_change_done = password_change


def _app(model: Any) -> str:
    return str(model._meta.app_label)


def _filtered_by(page: "ModelAdmin[Any]") -> set[str]:
    """The first words of what the filters of a list put into its address."""
    entries = [entry[0] if isinstance(entry, tuple) else entry for entry in page.list_filter]
    return {str(getattr(entry, "parameter_name", entry)).split("__")[0] for entry in entries}


class ReadOnly(ModelAdmin):  # type: ignore[type-arg]  # not generic when run
    """Rows to read. A subclass may offer actions; none of them adds, changes or deletes rows."""

    actions: Any = ()
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Rows are narrowed by the filters only: any column could be guessed letter by letter."""
        if "\0" in value or lookup.split("__")[0] not in _filtered_by(self):
            return False
        return super().lookup_allowed(lookup, value, request)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **more: Any
    ) -> Any:
        """Act on rows by their keys; what can be no key of a row did not come from our page."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.model._meta.pk.to_python(key)
        except ValidationError:
            raise BadRequest("A row was named that cannot be.") from None
        return super().response_action(request, queryset, *args, **more)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever is let into the site."""
        return isinstance(request.user, User) and request.user.sees_the_instance

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever is let into the site."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        return False
