"""The admin audit: one table of all stored credentials of a scope, its reports, and its exports."""
