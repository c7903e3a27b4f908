"""Disclosure control: what counts of persons may be shown, so that nobody can be told from what is.

`cells` says which cells a table has and which add up to which; `suppression` decides which to hide; `attack` tries to
work the hidden ones out again; `tables` and `clearing` do it for figures by area and group.
"""
