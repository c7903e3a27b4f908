"""The medical record after a switch: it stays where it is until the person asks for it to be sent."""
