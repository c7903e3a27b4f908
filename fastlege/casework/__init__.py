"""Case work: rounds as plans that are recorded, signed and applied to the register once."""
