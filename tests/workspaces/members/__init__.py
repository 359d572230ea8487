"""Tests of workspaces/members/."""
