"""Tests of the stand-alone client."""
