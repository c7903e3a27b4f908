"""Min side: what a resident sees and does, for oneself and for those one chooses for."""
