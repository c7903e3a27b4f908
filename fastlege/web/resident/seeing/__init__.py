"""Pages of Min side that show. Each asks the register as its viewer, and presents."""
