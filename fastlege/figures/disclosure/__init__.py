"""Disclosure control: what counts of persons may be shown, so that nobody can be told from what is.

`cells` says which cells a table has and which add up to which; `suppression` decides which to hide; `attack` tries to
work the hidden ones out again; `by_area` does it for figures by area; `rounding` is the other way out.
"""
