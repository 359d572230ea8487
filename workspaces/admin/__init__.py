"""The admin audit of people, organizations, workspaces and audit events."""
