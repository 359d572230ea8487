"""Django's admin as a read-only audit for administrators and auditors."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from workspaces.admin.pages import PAGES, pages_for
from workspaces.models import User

NOT_SERVED = frozenset({"view_on_site", "autocomplete"})
NOT_SHOWN = frozenset({"auth", "account", "mfa"})
CHOOSE = _("Choose an action")


class AuditSite(AdminSite):
    """The admin site, for administrators and auditors. They sign in on the product's page."""

    site_header = "Lockkeeper · admin audit"
    site_title = "Admin audit"
    index_title = "What is stored on this instance"
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.sees_the_instance

    def register(self, model_or_iterable: Any, *args: Any, **options: Any) -> None:
        """Skip the models of Django and allauth, which would be editable here."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        shown: list[Any] = [model for model in models if _app(model) not in NOT_SHOWN]
        super().register(shown, *args, **options)

    def get_urls(self) -> list[Any]:
        """Add our own pages, and remove two of Django's that no page links to."""
        ours = [path(page.path, self.admin_view(page.view), name=page.name) for page in PAGES]
        theirs = super().get_urls()
        return ours + [each for each in theirs if getattr(each, "name", "") not in NOT_SERVED]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add our own pages, which the first page links to."""
        return {**super().each_context(request), "instance_pages": pages_for(request)}

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Answer 404 to everybody without access."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return guarded

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """No form here: a person with access has already signed in on the product's page."""
        if not self.has_permission(request):
            raise Http404
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Redirect to the one page of the product that changes passwords."""
        return redirect("account_change_password")

    password_change_done = password_change


def _app(model: Any) -> str:
    return str(model._meta.app_label)


def _filtered_by(page: "ModelAdmin[Any]") -> set[str]:
    """The first field names of the query parameters that the list's filters use."""
    entries = [entry[0] if isinstance(entry, tuple) else entry for entry in page.list_filter]
    return {str(getattr(entry, "parameter_name", entry)).split("__")[0] for entry in entries}


class ReadOnly(ModelAdmin):  # type: ignore[type-arg]  # not generic when run
    """A read-only list. A subclass may offer actions, but none that add, change or delete rows."""

    actions: Any = ()
    list_per_page = 50
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With a title that names what the list contains."""
        title = {"title": capfirst(str(self.opts.verbose_name_plural))}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def get_action_choices(self, request: HttpRequest, default_choices: Any = ()) -> Any:
        """With words for the empty choice."""
        return super().get_action_choices(request, default_choices or [("", str(CHOOSE))])

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow the list's filters only: other lookups could guess a column letter by letter."""
        if "\0" in value or lookup.split("__")[0] not in _filtered_by(self):
            return False
        return super().lookup_allowed(lookup, value, request)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **more: Any
    ) -> Any:
        """Refuse an action with a value that cannot be a primary key."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.model._meta.pk.to_python(key)
        except ValidationError:
            raise BadRequest("A selected row has an invalid key.") from None
        return super().response_action(request, queryset, *args, **more)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.sees_the_instance

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
