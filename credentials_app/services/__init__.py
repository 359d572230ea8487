"""Actions of people on credentials; each is one transaction with its audit event."""
