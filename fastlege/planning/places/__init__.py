"""Giving out places: from a market to who gets a place on which list, and how."""
