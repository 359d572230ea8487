"""The URLs of overviews of several workspaces, and of a new sample.

On its own: they belong to no one workspace.
"""

from django.urls import path

from credentials_app.views import overview, samples

app_name = "overview"
urlpatterns = [
    path("overview/", overview.own_overview, name="mine"),
    path("samples/add/", samples.make_new, name="make_sample"),
    path(
        "organizations/<slug:organization>/overview/",
        overview.organization_overview,
        name="organization",
    ),
]
