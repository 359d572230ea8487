"""Tests of workspaces/mails/."""
