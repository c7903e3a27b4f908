"""A year of claims for a synthetic nation: who comes to whom, when, and what the bill says."""
