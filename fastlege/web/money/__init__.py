"""What was paid: a GP's own statements, and those of a municipality."""
