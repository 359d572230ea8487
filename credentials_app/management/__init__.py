"""The management commands of this application, and their parts."""
