"""The people of a synthetic nation, municipality by municipality."""
