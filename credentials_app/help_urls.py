"""The URLs of the help, and of the client. On its own: they belong to no workspace or person."""

from django.urls import path

from credentials_app.views import client, provider_help

app_name = "help"
urlpatterns = [
    path("help/providers/", provider_help.about_all, name="providers"),
    path("help/providers/<slug:slug>/", provider_help.about, name="provider"),
    path("help/client/", client.client_page, name="client"),
    path("client/<str:name>", client.client_file, name="client_file"),
]
