"""The URLs of overviews of several workspaces. On its own: they belong to no one workspace."""

from django.urls import path

from credentials_app.views import overview

app_name = "overview"
urlpatterns = [
    path("overview/", overview.own_overview, name="mine"),
    path(
        "organizations/<slug:organization>/overview/",
        overview.organization_overview,
        name="organization",
    ),
]
