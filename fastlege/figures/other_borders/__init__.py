"""Figures of a snapshot on the borders of another day."""
