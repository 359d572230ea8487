"""Tenants that harm each other, strangers, and accounts that would be locked."""
