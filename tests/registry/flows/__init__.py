"""Tests of registry/flows/."""
