"""Tests of workspaces/rights/."""
