"""What a person is told about a round: statements made of rows, and their words."""
