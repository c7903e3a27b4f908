"""Persons, doctors, offices, contracts, memberships and queue places."""
