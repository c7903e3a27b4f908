"""Applying a round to a register that people use meanwhile."""
