"""`python -m benchmarks [NAME ...]`: run workloads and write what was measured to RESULTS.md."""

from __future__ import annotations

import platform
import re
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.harness import Run, Workload, measure, report

WORKLOADS = (
    "generate",
    "load",
    "turnover",
    "capitation",
    "figures",
    "activity",
    "profiles",
    "search",
    "switch",
    "page",
    "match_round",
    "match_exchange",
    "match_plain",
    "match_served",
    "contacts_year",
    "claims_control",
    "claims_generate",
    "claims_receive",
    "payments_month",
)
RESULTS = Path(__file__).with_name("RESULTS.md")


def main(names: list[str]) -> None:
    """Run the named workloads, or all, and put each one's section in RESULTS.md in place of its older one."""
    unknown = [name for name in names if not Path(__file__).with_name(f"{name}.py").exists()]
    if unknown:
        raise SystemExit(f"no such workload: {', '.join(unknown)}. There are: {', '.join(WORKLOADS)}")
    for name in names or WORKLOADS:
        module = import_module(f"benchmarks.{name}")
        # What is not a race between contenders writes its section itself.
        section = (
            module.section(_log) if hasattr(module, "section") else report(module.WORKLOAD, _raced(module.WORKLOAD))
        )
        _replace(name, section)
        print(section)


def _raced(workload: Workload) -> dict[str, list[Run]]:
    return measure(workload, _log)


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _replace(name: str, section: str) -> None:
    text = RESULTS.read_text() if RESULTS.exists() else _head()
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    block = f"{begin}\n{section}\n{end}\n"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end) + "\n", re.DOTALL)
    RESULTS.write_text(pattern.sub(lambda _: block, text) if begin in text else f"{text}\n{block}")


def _head() -> str:
    return (
        "# Benchmark results\n\n"
        "Each table is one run of the workload on the whole synthetic nation: every contender in turn, each in a\n"
        "fresh process, the median of the per-round ratios to the limit, and the same check sum from all. Read\n"
        "differences under 30 % as equal; seconds differ by a factor of two between runs of a shared machine.\n\n"
        f"Python {platform.python_version()}, {platform.system()}, 2 cores, 24 GiB.\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
