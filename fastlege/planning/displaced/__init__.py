"""Those who lose their place because a list shrinks or closes: who they are, and where they go."""
