"""Applications for a switch beyond the yearly number: made, withdrawn, answered, and read."""
