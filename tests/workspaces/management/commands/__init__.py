"""Tests of workspaces/management/commands/."""
