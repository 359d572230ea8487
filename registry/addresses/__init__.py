"""Servers as people type them, origins as we store them, sign-in addresses of registries."""
