"""Values for pages and mails, ready for a template."""
