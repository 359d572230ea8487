"""How mail leaves: the settings of a mail server, and files without one."""
