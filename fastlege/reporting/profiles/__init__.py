"""Profiles of municipalities: one page each, beside its county and similar municipalities, from editions of figures."""
