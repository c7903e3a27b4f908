"""Claim messages: reading them, answering a file of them."""
