"""What administrators and auditors read of people and places."""
