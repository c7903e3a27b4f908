"""The public pages, a module each: parse, ask, present."""
