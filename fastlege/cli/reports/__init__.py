"""Reports: built from a snapshot, and published."""
