"""Tests of workspaces/admin/."""
