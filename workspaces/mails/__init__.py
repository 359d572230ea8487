"""Mails about people and places: written, put into the outbox, shown to administrators."""
