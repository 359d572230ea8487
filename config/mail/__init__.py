"""Sending mail: the settings of a mail server, and files if there is none."""
