"""The URLs: one entry for each part of the product."""

from django.contrib import admin
from django.urls import include, path

from config.web import theme
from config.web.health import checker, healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("healthz/checker", checker, name="healthz_checker"),
    path("theme/", theme.choose, name="theme"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("api.urls", namespace="api")),
    path(
        "o/<slug:organization>/<slug:workspace>/",
        include("credentials_app.urls", namespace="credentials"),
    ),
    path("me/", include("credentials_app.urls", namespace="my_credentials")),
    path("", include("credentials_app.overview_urls")),
    path("", include("credentials_app.notice_urls")),
    path("", include("credentials_app.help_urls")),
    path("", include("workspaces.urls")),
]
