"""What axe finds on a page, in words that a failed test can show."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

_AXE = Axe()
_WITHOUT_COLOURS = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}


def found_by_axe(page, name: str, *, colours: bool = True) -> dict[str, str]:
    """What axe finds, by page, rule and place.

    Two thirds of its time goes to the contrast of colours. They are the same in all languages: a page that is looked
    at in three needs them looked at in one.
    """
    found = _AXE.run(page, options={"resultTypes": ["violations"]} if colours else _WITHOUT_COLOURS)
    return {
        f"{name}: {each['id']} {[node['html'] for node in each['nodes']]}": each["help"]
        for each in found.response["violations"]
    }
