"""Commands that give out places on lists: the bare round, draws of list reductions, closures and takeovers."""
