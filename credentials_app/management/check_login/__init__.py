"""Parts of the command check_login: its arguments and its output."""
