"""The audit log as people read it: sentences, filters, lines, and its export as a table."""
