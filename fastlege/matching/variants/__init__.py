"""What ours is measured against: other ways to hold a round, and the most that any could serve."""
