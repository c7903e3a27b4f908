"""Who may do what, and the log of who looked at whom."""
