"""Tests of workspaces/views/."""
