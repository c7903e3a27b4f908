"""Run one contender of one workload in this process, and print what it took."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from dataclasses import asdict
from importlib import import_module

import numpy as np
import pyarrow.parquet  # noqa: F401 (its first use imports a second's worth of modules)

from benchmarks.harness import Timed


def main() -> None:
    """Entry point: `python -m benchmarks.contender WORKLOAD CONTENDER`."""
    name, wanted = sys.argv[1:3]
    workload = import_module(f"benchmarks.{name}").WORKLOAD
    contender = next(c for c in workload.contenders if c.name == wanted)
    state = contender.setup()
    _touch_memory()
    gc.collect()
    started = time.perf_counter()
    result = contender.run(state)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = asdict(result) if isinstance(result, Timed) else {"seconds": seconds, "checksum": str(result)}
    print(json.dumps({"peak_mib": peak, **told}))


def _touch_memory() -> None:
    # Pages that a virtual machine's host has reclaimed cost many times a warm page, and land on whoever runs first.
    np.ones(64 * 2**20, dtype=np.uint8).sum()


if __name__ == "__main__":
    main()
