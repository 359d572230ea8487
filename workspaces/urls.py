"""Which address leads to which page of people and places; sign-in is allauth's."""

from django.urls import URLPattern, URLResolver, include, path

pages: list[URLPattern | URLResolver] = []
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((pages, "workspaces"))),
    path("account/", include("allauth.account.urls")),
]
