"""Profiles of municipalities on the site, from the same editions as its figures."""
