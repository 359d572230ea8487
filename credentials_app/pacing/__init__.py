"""Rate limits of a registry: its origin state, its budgets of failed logins, its request rate."""
