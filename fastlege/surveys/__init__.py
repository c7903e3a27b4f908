"""The survey of municipalities on recruiting GPs: asked by e-mail, answered without an account, compared, published."""
