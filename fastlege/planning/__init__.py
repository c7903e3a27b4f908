"""From a snapshot and the rules to a plan of moves, each with its reason."""
