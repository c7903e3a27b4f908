"""Taking messages in: read line by line, laid beside the tables, then taken all at once or not at all."""
