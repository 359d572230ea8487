"""Values that pages and mails show: everything is ready for a template."""
