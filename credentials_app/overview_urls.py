"""The URLs of overviews of several workspaces, of a new sample, and of what is deleted.

On its own: they belong to no one workspace.
"""

from django.urls import path

from credentials_app.views import account_deletion, overview, place_deletion, samples

app_name = "overview"
urlpatterns = [
    path("overview/", overview.own_overview, name="mine"),
    path("samples/add/", samples.make_new, name="make_sample"),
    path(
        "organizations/<slug:organization>/overview/",
        overview.organization_overview,
        name="organization",
    ),
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
