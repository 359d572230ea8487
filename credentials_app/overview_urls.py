"""The URLs of overviews and audits of several workspaces, of a sample, and of what is deleted.

On its own: they belong to no one workspace.
"""

from django.urls import path

from credentials_app.views import account_deletion, overview, place_deletion, samples
from credentials_app.views.stored import OF_ORGANIZATION
from credentials_app.views.stored_actions import ACT_OF_ORGANIZATION

app_name = "overview"
urlpatterns = [
    path("overview/", overview.own_overview, name="mine"),
    path("samples/add/", samples.make_new, name="make_sample"),
    path(
        "organizations/<slug:organization>/overview/",
        overview.organization_overview,
        name="organization",
    ),
    *(
        path(f"organizations/<slug:organization>/{address}/", OF_ORGANIZATION[name], name=name)
        for address, name in (
            ("stored", "stored"),
            ("stored/reports", "stored_reports"),
            ("stored/days", "stored_days"),
            ("stored/print", "stored_print"),
            ("stored/file", "stored_file"),
            ("stored/mail", "stored_mail"),
        )
    ),
    path("organizations/<slug:organization>/stored/act/", ACT_OF_ORGANIZATION, name="stored_act"),
    path(
        "organizations/<slug:organization>/delete/",
        place_deletion.organization_delete,
        name="organization_delete",
    ),
    path("account/delete/", account_deletion.own_account_delete, name="account_delete"),
    path("account/return/<str:token>/", account_deletion.account_return, name="account_return"),
    path("deleted/", place_deletion.deleted, name="deleted"),
    path("deleted/<uuid:pk>/restore/", place_deletion.place_restore, name="place_restore"),
    path("deleted/<uuid:pk>/delete/", place_deletion.place_purge, name="place_purge"),
]
