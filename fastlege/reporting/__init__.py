"""Figures for pages and commands, from the newest snapshot."""
