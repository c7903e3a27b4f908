"""What the published tables say of each other: sums, differences, shares and rates, recomputed cell by cell."""
