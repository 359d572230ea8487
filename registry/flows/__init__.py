"""Conversations with a registry as generators: each yields requests and is sent responses."""
