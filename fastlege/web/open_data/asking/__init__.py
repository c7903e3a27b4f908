"""What may stand in the query of an address, declared once: how it is read, and how it is described."""
