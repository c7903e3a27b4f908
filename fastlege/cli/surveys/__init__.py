"""Commands about surveys of municipalities."""
