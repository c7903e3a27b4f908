"""W8: the profiles of all municipalities in three languages, from an edition of the nation with a year of claims.

    python -m benchmarks profiles

The goal is one of seconds: everything in under two minutes on two cores. The limit writes the very same files, made
beforehand. The rival is what an analyst would reach for, matplotlib, and draws the pictures only: those of every
thirtieth municipality, in one language, so all of its work would be ninety times as much, without a page around it.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.activity import year
from benchmarks.harness import HOME, Contender, Workload, measure, report
from benchmarks.made_from import is_current, remember
from fastlege.reporting.edition import VERSION, read_edition
from fastlege.reporting.profiles.building import build_profiles
from fastlege.reporting.profiles.comparing import Profiles
from fastlege.reporting.profiles.plan import plan

MOST_SECONDS = 120
EVERY = 30


def edition() -> Path:
    """The folder of the nation's edition with a year of claims, made first when there is none of this version.

    How long pages take hangs on how many values there are, not on which: an older edition of the same format will do.
    """
    folder = HOME / "edition-2025"
    if not is_current(folder, VERSION):
        rmtree(folder, ignore_errors=True)
        command = [str(Path(sys.executable).with_name("fastlege")), "figures", "edition"]
        subprocess.run([*command, "--snapshot", str(year()), "--out", str(folder)], check=True, stdout=sys.stderr)
        remember(folder, VERSION)
    return folder


def build() -> str:
    """Read the edition, write every page; the check sum is how many bytes and pages there are."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "profiles"
        build_profiles(Profiles([read_edition(edition())]), out, tell=lambda what, share: None)
        return _counted({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})


def ready() -> dict[Path, bytes]:
    """The files of a build, in memory."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "profiles"
        build_profiles(Profiles([read_edition(edition())]), out, tell=lambda what, share: None)
        return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def write(files: dict[Path, bytes]) -> str:
    """The limit: the same files, written."""
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / name).write_bytes(content)
        return _counted({name: (Path(folder) / name).read_bytes() for name in files})


def draw(profiles: Profiles) -> str:
    """The rival: the pictures of every thirtieth municipality with matplotlib."""
    sys.path.append(str(HOME / "report-peers"))
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    drawn = 0
    for place in list(profiles.places.values())[::EVERY]:
        similar = profiles.similar(place)
        for section in plan().sections:
            picture, axes = pyplot.subplots(len(section.picture), figsize=(4, 2), squeeze=False)
            for axis, figure in zip(axes[:, 0], section.picture, strict=True):
                found = profiles.beside(figure, place, similar)
                axis.scatter(found.others, [0] * len(found.others), s=9, facecolors="none", edgecolors="grey")
                marks = [each.value for each in (found.own, found.county, found.country) if each]
                axis.scatter(marks, [0] * len(marks))
                axis.set_title(found.figure.title.nb)
                axis.set_yticks([])
            picture.savefig(io.StringIO(), format="svg")
            pyplot.close(picture)
            drawn += 1
    return f"{drawn} pictures"


def opened() -> Profiles:
    """The profiles, read."""
    return Profiles([read_edition(edition())])


def _counted(files: dict[Path, bytes]) -> str:
    pages = sum(name.stem.isdigit() for name in files)
    return f"{pages} pages of municipalities, {sum(map(len, files.values()))} bytes"


WORKLOAD = Workload(
    name="profiles",
    title="W8 Profiles of all municipalities in three languages",
    goal=f"under {MOST_SECONDS} seconds on two cores",
    contenders=(
        Contender("the same files written", "limit", write, ready),
        Contender("profiles build", "ours", lambda _: build(), partial(edition)),
        Contender("matplotlib, pictures only, a ninetieth", "rival", draw, opened, same_result=False),
    ),
    rounds=3,
)


def section(log: Callable[[str], None]) -> str:
    """Measure, and hold the seconds against the goal."""
    runs: dict[str, list[Any]] = measure(WORKLOAD, log)
    seconds = statistics.median(run.seconds for run in runs["profiles build"])
    verdict = "met" if seconds < MOST_SECONDS else f"missed: {seconds:.0f} seconds"
    written = runs["profiles build"][0].checksum
    return report(WORKLOAD, runs).replace("Result: no goal.", f"Result: {verdict}. Written: {written}.")
