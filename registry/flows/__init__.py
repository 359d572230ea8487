"""The flows of a check, as generators: each yields requests and is sent their responses."""
