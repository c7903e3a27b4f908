"""Step 2: the exchange that settles the most waiting time, its proof by prices, and its rings."""
