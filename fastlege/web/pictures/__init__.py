"""Pictures as SVG text: sharp at any size, no script, no style attribute, nothing more to load."""
