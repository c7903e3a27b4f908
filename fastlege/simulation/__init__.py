"""Synthetic nations made from published figures, and life in them."""
