"""Publishing that is killed in the middle leaves nothing half-published, and the next try publishes."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from fastlege.kernel.errors import DataError
from fastlege.reporting.report.building import META, digests
from fastlege.reporting.report.publishing import check, publish, versions

DAY = date(2026, 6, 1)
# Where a run is killed: the folder half copied, the folder there but not in the index, the index half written.
KILLED_AT = {
    "while files are copied": ("shutil.copyfile", 2),
    "before the index says so": ("orjson.dumps", 1),
    "while the index is written": ("fastlege.kernel.files._settle", 7),
}
SCRIPT = """
import importlib, os, signal, sys
from datetime import date
from pathlib import Path
from unittest import mock
from fastlege.reporting.report import publishing

where, times = sys.argv[3], int(sys.argv[4])
module, name = where.rsplit(".", 1)
real, calls = getattr(importlib.import_module(module), name), []

def until_killed(*args, **kwargs):
    calls.append(name)
    if len(calls) == times:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **kwargs)

with mock.patch(where, until_killed):
    publishing.publish(Path(sys.argv[1]), Path(sys.argv[2]), on=date(2026, 6, 1), note=sys.argv[5])
"""


def built(folder, text):
    folder.mkdir()
    for name in ("index.html", "chapter-1.html", "report.css"):
        (folder / name).write_text(text)
    meta = {"format": "1", "edition": "prove", "language": "nb", "as_of": "2026-05-01", "files": digests(folder)}
    (folder / META).write_text(json.dumps(meta))
    return folder


def killed(report, archive, moment, note=""):
    where, times = KILLED_AT[moment]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(report), str(archive), where, str(times), note], check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("moment", KILLED_AT)
def test_a_killed_correction_was_never_published_and_the_next_try_is(moment, tmp_path):
    archive, folder = tmp_path / "archive", tmp_path / "archive" / "prove" / "nb"
    first = publish(built(tmp_path / "a", "6 lister"), archive, on=DAY)
    before = {path.name: path.read_bytes() for path in (folder / "1").iterdir()}
    report = built(tmp_path / "b", "7 lister")
    killed(report, archive, moment, note="En liste manglet.")
    # Nobody who reads the index meets the half of it, and the first version is as it was.
    assert versions(folder) == [first]
    check(folder, first)
    assert {path.name: path.read_bytes() for path in (folder / "1").iterdir()} == before
    again = publish(report, archive, on=DAY, note="En liste manglet.")
    assert versions(folder) == [first, again]
    check(folder, again)
    assert (folder / "2" / "index.html").read_text() == "7 lister"
    assert sorted(path.name for path in folder.iterdir()) == ["1", "2", "versions.json"]


def test_two_at_once_are_two_versions_or_one_of_them_is_refused(tmp_path):
    archive, folder = tmp_path / "archive", tmp_path / "archive" / "prove" / "nb"
    reports = [built(tmp_path / str(at), f"{at} lister") for at in range(4)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda report: publish(report, archive, on=DAY, note="Rettet."), reports))
    assert sorted(each.number for each in made) == [1, 2, 3, 4]
    for each in versions(folder):
        check(folder, each)
    with ThreadPoolExecutor(2) as pool:
        again = [pool.submit(publish, reports[0], archive, on=DAY, note="Rettet.") for _ in range(2)]
    assert all(isinstance(each.exception(), DataError) for each in again)


def test_an_archive_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "archive").write_text("a file")
    with pytest.raises(DataError, match="cannot be written"):
        publish(built(tmp_path / "a", "6 lister"), tmp_path / "archive", on=DAY)
    assert os.listdir(tmp_path / "a")
