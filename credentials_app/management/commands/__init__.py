"""What an operator can do with credentials from a shell."""
