"""To whom people come: the doctors of lists, and out-of-hours services that municipalities share."""
