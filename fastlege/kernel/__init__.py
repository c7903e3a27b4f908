"""Periods, money, identifiers, draws, snapshot tables and errors: what every other room uses."""
