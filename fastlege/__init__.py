"""Fastlege: software for a list-based general-practice scheme."""
