"""Fitting the weights of the adjusted model, which are not public, to what is."""
