"""How long a queue place will wait: an interval and a median for every place, or the reason why none can be given."""
