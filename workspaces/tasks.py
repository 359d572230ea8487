"""What the worker does for people and places: mail."""
