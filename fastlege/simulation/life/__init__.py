"""A nation's life month by month: people, practices, wishes, and a policy that gives out the places."""
