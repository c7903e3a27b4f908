"""Estimated waits held against simulated years: learning the curves from some, measuring the coverage in others."""
