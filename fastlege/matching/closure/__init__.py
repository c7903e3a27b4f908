"""Places for those whose list closes or shrinks: wishes first, then the shortest total way, households whole."""
