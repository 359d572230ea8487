"""Tests of workspaces/management/."""
