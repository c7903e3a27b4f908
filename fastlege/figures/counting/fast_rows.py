"""Base tables that are made by compiled loops instead of the default engine, with the same rows.

Their definition is the Ibis expression; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from fastlege.kernel.snapshot import Snapshot

FAST: Mapping[str, Callable[[Snapshot], pa.Table]] = {}
"""The faster way to the rows of a base table, from the files of a snapshot."""
