"""Middleware, headers, sessions, health checks and error reports of the web process."""
