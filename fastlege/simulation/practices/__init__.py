"""Lists, offices and doctors of a synthetic nation."""
