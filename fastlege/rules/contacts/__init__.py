"""Contacts: each bill becomes one contact of a type, by the codes on it."""
