"""W6: a page of 50 lists as HTML through the whole stack, beside pgbench with the same statement. See `search`."""

from __future__ import annotations

import re

from benchmarks.harness import Contender, Workload
from benchmarks.search import SITE, Prepared, ask, pgbench, prepare, serving, warm, with_scripts

PAGE = "/finn-fastlege/"


def full_pages() -> Prepared:
    """Searches that fill a page: all lists of a large municipality."""
    return prepare(50, 10_000, {})


def ids_of_page(body: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb'<h3><a href="/liste/(\d+)/', body)]


WORKLOAD = Workload(
    name="page",
    title="A page of 50 lists as HTML through the whole stack",
    goal="at least 0.06 of pgbench's rate with the same statement, that is at most 16.7 x its time",
    contenders=(
        Contender("pgbench", "limit", pgbench, lambda: with_scripts(full_pages())),
        Contender(
            "the site", "ours",
            lambda prepared: ask(prepared, PAGE, ids_of_page),
            lambda: warm(serving(SITE, full_pages()), PAGE, ids_of_page),
        ),
        Contender(
            "Django ORM and template", "rival",
            lambda prepared: ask(prepared, PAGE, ids_of_page),
            lambda: warm(serving("benchmarks.orm_site:application", full_pages()), PAGE, ids_of_page),
        ),
    ),
    rounds=3,
    at_most=1 / 0.06,
)  # fmt: skip
