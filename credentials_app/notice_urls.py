"""The addresses of one's own notices, the same in every workspace."""

from django.urls import path

from credentials_app.views import preferences, unsubscribe

app_name = "notices"
urlpatterns = [
    path("account/notices/", preferences.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
