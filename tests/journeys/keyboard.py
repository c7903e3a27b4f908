"""Going through a page by keyboard alone."""


def focused(page):
    """The words or the id of what has the focus."""
    return page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id")


def tab_to(page, text, most=60):
    """Press Tab until the focus is on an element with the text or id."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if text in (focused(page), page.evaluate("document.activeElement.id")):
            return
    raise AssertionError(f"{text!r} was not reached with the keyboard")
