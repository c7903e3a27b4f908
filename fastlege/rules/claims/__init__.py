"""The control of bills: what a bill may hold on its day, and what each breach means to the one who sent it."""
