"""Reads for a resident's own pages, for the viewer and those the viewer chooses for."""
