"""Commands about what residents ask for."""
