"""Tests of registry/providers/gitlab/."""
