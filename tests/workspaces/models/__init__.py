"""Tests of workspaces/models/."""
