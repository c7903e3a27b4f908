"""Other ways to hold a round, to measure ours against: today's practice, trading cycles, exchange before the queue."""
