"""How `make test` spreads the tests over its processes: what shares something dear goes to one, the long come first."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

# The journeys through one site, which is built once where they all run in one process.
_TOGETHER = {
    "the public site": ("tests/journeys/test_site_", "tests/journeys/test_login_"),
    "Min side": ("tests/journeys/test_resident_", "tests/journeys/test_statement_", "tests/journeys/test_shares_"),
}
# Files whose tests share nothing with each other.
_APART = ("tests/integration/test_demo.py",)
_FIRST = (*_TOGETHER.values(), _APART, ("tests/journeys/", "tests/integration/"))


class Spreading(LoadScopeScheduling):
    """A file's tests go to one process, or those of several files, or each by itself, where the above says so."""

    def _split_scope(self, nodeid: str) -> str:
        for name, files in _TOGETHER.items():
            if nodeid.startswith(files):
                return name
        return nodeid if nodeid.startswith(_APART) else nodeid.split("::", 1)[0]


def turn(nodeid: str) -> int:
    """When a test comes: what takes long comes first, else one process would wait for the other at the end."""
    return next((place for place, files in enumerate(_FIRST) if nodeid.startswith(files)), len(_FIRST))
