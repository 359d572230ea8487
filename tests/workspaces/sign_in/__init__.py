"""Tests of workspaces/sign_in/."""
