"""Sample data: a workspace with made-up credentials in every status, and their history."""
