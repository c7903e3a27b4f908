"""Policies: ways to give out the places of a month."""
