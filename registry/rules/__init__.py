"""Rules that recognize a registry's answers, and rules for what Lockkeeper finds itself."""
