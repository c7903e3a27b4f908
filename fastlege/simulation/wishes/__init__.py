"""Who waits for another list: how many by municipality, and which lists they want."""
