"""Tenancy: who may do what where, and who did."""
