"""What a round needs of a snapshot: the lists, the people concerned and what they ask for, as sorted arrays."""
