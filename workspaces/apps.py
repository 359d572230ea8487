"""Tenancy as a Django app."""

from django.apps import AppConfig


class WorkspacesConfig(AppConfig):
    """People, places, roles and the audit log."""

    name = "workspaces"
    verbose_name = "Workspaces"
