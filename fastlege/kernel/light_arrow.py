"""pyarrow without pandas.

When pandas is installed, as two libraries want it to be, pyarrow loads all of it as soon as it is given a first value,
only to ask whether that is one of pandas'. None here is, and every command would wait half a second or more for it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pyarrow as pa


class _WithoutPandas(MetaPathFinder):
    """As if pandas were not installed."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not looked for now", name=name)
        return None


def leave_pandas_alone() -> None:
    """Let pyarrow look for pandas once, find none, and remember that. Who asks for a data frame still gets one."""
    if "pandas" in sys.modules:
        return
    for_now = _WithoutPandas()
    sys.meta_path.insert(0, for_now)
    try:
        pa.scalar(0)
    finally:
        sys.meta_path.remove(for_now)
