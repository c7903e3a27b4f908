"""Monthly payment of general practice."""
