"""A small edition of the scheme of `figures_year`, with something of everything that a report can hold."""

from __future__ import annotations

import pyarrow.compute as pc
import pyarrow.parquet as pq

from fastlege.kernel.snapshot import Snapshot
from fastlege.reporting.report.plan import Plan, parse

EDITION = """
title = { nb = "Prøverapport", en = "Trial report" }
subtitle = { nb = "En liten utgave", en = "A small edition" }

[[chapters]]
number = "1"
title = { nb = "Ordningen", en = "The scheme" }
[[chapters.sections]]
title = { nb = "Lister", en = "Lists" }
[[chapters.sections.text]]
nb = "{lists} lister, {share_lists_vacant} ubesatt, {share_lists_vacant.spread.county}."
en = "{lists} lists, {share_lists_vacant} vacant, {share_lists_vacant.spread.county}."
[[chapters.sections.text]]
nb = "Antallet {lists.moved}."
en = "The number {lists.moved}."
compares = true
[[chapters.sections.tables]]
number = "1.1"
title = { nb = "Hovedtall", en = "Key figures" }
figures = ["gps", "lists", "share_lists_vacant"]
[[chapters.sections.tables]]
number = "1.2"
title = { nb = "Uten plass <b>", en = "Unplaced <b>" }
figures = ["unplaced", "waiting_persons"]
levels = ["municipality", "country"]
[[chapters.sections.charts]]
number = "1.1"
title = { nb = "Lister", en = "Lists" }
kind = "bars"
figures = ["lists"]
level = "county"
[[chapters.sections.charts]]
number = "1.2"
title = { nb = "Kart", en = "Map" }
kind = "map"
figures = ["lists"]

[[chapters]]
number = "2"
title = { nb = "Bruk", en = "Use" }
[[chapters.sections]]
title = { nb = "Kontakter", en = "Contacts" }
[[chapters.sections.text]]
nb = "Det var {contacts} kontakter."
en = "There were {contacts} contacts."
[[chapters.sections.tables]]
number = "2.1"
title = { nb = "Kontakter etter type", en = "Contacts by type" }
figures = ["contacts"]
by = ["contact_type"]
[[chapters.sections.charts]]
number = "2.1"
title = { nb = "Etter måned", en = "By month" }
kind = "columns"
figures = ["contacts"]
by = "month"

[[chapters]]
number = "3"
title = { nb = "Annet", en = "Other" }
[[chapters.sections]]
title = { nb = "Fra andre", en = "From others" }
[[chapters.sections.absent]]
number = "3.1"
title = { nb = "Årsverk", en = "Full-time equivalents" }
why = { nb = "andre har tallene.", en = "others have the numbers." }
"""


def small_plan(text: str = EDITION) -> Plan:
    """The plan above, or a variant of it."""
    return parse("prove", text, "prove.toml")


def sealed(snapshot: Snapshot) -> Snapshot:
    """A snapshot that tables were added to after it was written: its check sum of then no longer holds."""
    meta = snapshot.table("meta")
    pq.write_table(meta.filter(pc.not_equal(meta["key"], "digest")), snapshot.path("meta"))
    return Snapshot(snapshot.folder)
