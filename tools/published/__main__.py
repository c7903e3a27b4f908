"""Write `docs/published.md`, and count anew what stands in it from the nations that are named.

    python -m tools.published [--autumn DIR] [--spring DIR] [--year DIR]

`--autumn` is a whole nation of recipe norway-2023-10, `--spring` one of norway-2026-05, `--year` one with the claims of
2025 and their contacts. Of a nation that is not named, what was counted last is kept.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.published.counted import COUNTERS, law
from tools.published.nation import Nation
from tools.published.page import PAGE, render
from tools.published.recounted import keep


def main() -> None:
    """Count, keep and write."""
    told = argparse.ArgumentParser(description="Write docs/published.md.")
    for name in COUNTERS:
        told.add_argument(f"--{name}", type=Path, metavar="DIR")
    folders = {name: folder for name, folder in vars(told.parse_args()).items() if folder}
    counted = {name: list(COUNTERS[name](Nation(folder))) for name, folder in folders.items()}
    keep(counted | {"law": list(law())})
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
