"""Tags and filters for the templates of credentials and mails."""
