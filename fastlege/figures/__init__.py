"""Definitions of figures, the engine that computes them, and the one door out: disclosure control."""
