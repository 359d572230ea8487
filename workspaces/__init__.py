"""Tenancy: people, organizations, workspaces, roles, rights, and the audit log."""
