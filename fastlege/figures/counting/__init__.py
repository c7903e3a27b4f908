"""Counting: base tables on an engine, measures by municipality, and up to every area. Not for showing."""
