"""The published tables: their own arithmetic, what is counted beside them, and the page that says so."""
