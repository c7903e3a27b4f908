"""E-mail that says that there is a message, and nothing of what it holds."""
