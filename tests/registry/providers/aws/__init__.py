"""Tests of registry/providers/aws/."""
