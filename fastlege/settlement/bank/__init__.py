"""Messages to the bank."""
