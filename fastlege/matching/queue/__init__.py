"""Steps 0 and 1: people without a list first, then free places strictly by queue."""
