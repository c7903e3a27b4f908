"""Free cards and what was paid above the ceiling: worked out again whenever a bill or a credit note changes it."""
