"""What people do with credentials: each action is one transaction with its audit event."""
