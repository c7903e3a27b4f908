"""Other rules for capitation, tried on the same lists: scenarios as rows, and who gains and loses by them."""
