"""Whether the checker is alive, and the mails that say so."""
