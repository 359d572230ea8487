"""What the evidence means: outcome, rights needed and held, advice. Pure."""
