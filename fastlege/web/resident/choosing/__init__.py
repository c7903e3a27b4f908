"""Pages of Min side that do something. Each parses, lets the register act as its viewer, and presents."""
