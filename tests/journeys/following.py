"""Following links and sending forms: the next page is looked at when it has arrived, not while it is on its way."""


def follow(page, target):
    """Click what leads to another page (a locator or a selector), and wait until that page is whole."""
    found = page.locator(target).first if isinstance(target, str) else target
    with page.expect_navigation():
        found.click()
