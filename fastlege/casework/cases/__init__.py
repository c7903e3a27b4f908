"""Reductions, closures and takeovers in the register, step by step."""
