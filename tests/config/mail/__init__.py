"""Tests of config/mail/."""
