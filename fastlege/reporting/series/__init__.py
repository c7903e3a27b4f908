"""Figures over time: many snapshots beside each other, on the borders of one day."""
