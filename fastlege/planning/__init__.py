"""From a snapshot of the scheme and the rules to a plan of moves, each with its reason."""
