"""Messages to people and offices: queued with what they tell of, read in the inbox, announced by e-mail if wanted."""
