"""Tallene: every figure with picture, table, filters, comparison, series, definition, source and download."""
