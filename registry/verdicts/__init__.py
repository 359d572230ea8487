"""Judge the evidence of a check: the outcome, the rights, the advice. Pure."""
