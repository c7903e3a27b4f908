"""The survey of municipalities on recruiting GPs: answering it by a personal link, and what was published."""
