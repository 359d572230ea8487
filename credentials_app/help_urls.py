"""The URLs of the pages about providers. On its own: they belong to no workspace or person."""

from django.urls import path

from credentials_app.views import provider_help

app_name = "help"
urlpatterns = [
    path("help/providers/", provider_help.about_all, name="providers"),
    path("help/providers/<slug:slug>/", provider_help.about, name="provider"),
]
