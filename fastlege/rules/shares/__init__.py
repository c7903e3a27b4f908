"""The patients' shares: who pays none, what counts towards the year's ceiling, and when the ceiling is reached."""
