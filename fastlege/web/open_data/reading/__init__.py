"""The values of editions: in memory, a page at a time, with cursors that need no memory of ours."""
