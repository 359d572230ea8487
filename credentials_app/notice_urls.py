"""The URLs of a person's own notifications, across all workspaces."""

from django.urls import path

from credentials_app.views import preferences, unsubscribe

app_name = "notices"
urlpatterns = [
    path("account/notices/", preferences.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
