"""The nation under every policy alike: people, homes, practices, what happens to them, and what they wish."""
