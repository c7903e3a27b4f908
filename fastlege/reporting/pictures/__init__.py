"""Pictures as SVG, drawn by hand: the same on the site, in a report's pages and on paper."""
