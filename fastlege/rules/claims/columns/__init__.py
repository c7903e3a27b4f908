"""The control of whole years of bills: the same rules as for one bill, as arrays."""
