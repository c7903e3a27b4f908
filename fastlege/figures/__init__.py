"""Figures: what each one asks (`catalogue`), how it is computed (`engine`), what may be shown (`disclosure`)."""
