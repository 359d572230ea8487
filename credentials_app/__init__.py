"""What we keep, and what we found out about it: credentials, checks, status."""
