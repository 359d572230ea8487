"""The addresses of one's own notices, the same in every workspace."""

from django.urls import path

from credentials_app.views import unsubscribing

app_name = "notices"
urlpatterns = [
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
]
