"""What a round made of the market: moves with their grounds, the fate of every queue place, and the lists after it."""
