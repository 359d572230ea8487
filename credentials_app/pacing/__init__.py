"""How politely a registry is asked: its origin, its budgets of failed logins, its request rate."""
