"""What the site needs before it starts."""
