"""The monthly round as pure algorithms on arrays: queue, exchange, proof by prices, and what they promise."""
