"""Statements of what was paid: for a GP, or for a municipality; as rows, words, CSV and PDF."""
