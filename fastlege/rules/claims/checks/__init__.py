"""The checks of a bill, a module a kind of rule: amounts, combinations, conditions, limits."""
