"""Tenancy: people, organizations, workspaces, roles, invitations and the audit log."""
