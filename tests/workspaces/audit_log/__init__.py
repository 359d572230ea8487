"""Tests of workspaces/audit_log/."""
