"""Commands about people, places and mail."""
