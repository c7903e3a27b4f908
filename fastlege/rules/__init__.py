"""The law as dated, sourced data, and the rules that are computed from it."""
