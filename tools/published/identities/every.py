"""All identities of a report."""

from __future__ import annotations

from functools import cache

from tools.published.identities.appendix import appendix
from tools.published.identities.expenditure import expenditure
from tools.published.identities.half_years import half_years
from tools.published.identities.key_figures import annual, status
from tools.published.identities.ledger import Identity, Ledger
from tools.published.identities.services import services
from tools.published.identities.status_report import chapters
from tools.published.printed import ANNUAL


@cache
def identities(report: str) -> tuple[Identity, ...]:
    """The identities of the tables of a report, held or not."""
    found = Ledger(report)
    if report == ANNUAL:
        expenditure(found)
        services(found)
        annual(found)
    else:
        key_figures = status(found)
        chapters(found, key_figures)
        appendix(found, key_figures)
        half_years(found)
    return tuple(found.found)
