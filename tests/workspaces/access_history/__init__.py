"""Tests of workspaces/access_history."""
