"""Rounds as plans: recorded, signed, applied once."""
