"""What of the claims is to be paid, and what has been."""
