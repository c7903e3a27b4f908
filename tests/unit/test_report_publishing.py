"""What is published never changes: a correction is a new version with a note."""

import json
import os
from datetime import date

import pytest

from fastlege.kernel.errors import DataError
from fastlege.reporting.report.building import META, digests
from fastlege.reporting.report.publishing import check, publish, versions

DAY = date(2026, 6, 1)


def built(folder, text="6 lister"):
    folder.mkdir()
    (folder / "index.html").write_text(text)
    meta = {"format": "1", "edition": "prove", "language": "nb", "as_of": "2026-05-01", "files": digests(folder)}
    (folder / META).write_text(json.dumps(meta))
    return folder


def test_a_report_becomes_version_one_as_it_was_built(tmp_path):
    made = publish(built(tmp_path / "a"), tmp_path / "archive", on=DAY)
    assert (made.number, made.published, made.as_of, made.note) == (1, "2026-06-01", "2026-05-01", "")
    assert (tmp_path / "archive/prove/nb/1/index.html").read_text() == "6 lister"
    assert versions(tmp_path / "archive/prove/nb") == [made]


def test_a_correction_needs_a_note_and_leaves_the_first_as_it_was(tmp_path):
    publish(built(tmp_path / "a"), tmp_path / "archive", on=DAY)
    other = built(tmp_path / "b", "7 lister")
    with pytest.raises(DataError, match="a published edition does not change"):
        publish(other, tmp_path / "archive", on=DAY)
    assert not (tmp_path / "archive/prove/nb/2").exists()
    made = publish(other, tmp_path / "archive", on=DAY, note="En liste manglet.")
    assert (made.number, made.note) == (2, "En liste manglet.")
    assert (tmp_path / "archive/prove/nb/1/index.html").read_text() == "6 lister"


def test_the_same_report_is_not_published_twice(tmp_path):
    publish(built(tmp_path / "a"), tmp_path / "archive", on=DAY)
    with pytest.raises(DataError, match="is published already, as version 1"):
        publish(tmp_path / "a", tmp_path / "archive", on=DAY, note="again")


def test_a_published_file_that_was_changed_is_found(tmp_path):
    made = publish(built(tmp_path / "a"), tmp_path / "archive", on=DAY)
    page = tmp_path / "archive/prove/nb/1/index.html"
    assert page.stat().st_mode & 0o222 == 0
    os.chmod(page, 0o644)
    page.write_text("8 lister")
    with pytest.raises(DataError, match="its files are not those that were built"):
        check(tmp_path / "archive/prove/nb", made)
    with pytest.raises(DataError):
        publish(built(tmp_path / "b", "9 lister"), tmp_path / "archive", on=DAY, note="more")
    assert len(versions(tmp_path / "archive/prove/nb")) == 1


def test_what_a_killed_run_left_without_its_entry_was_never_published(tmp_path):
    (tmp_path / "archive/prove/nb/1").mkdir(parents=True)
    (tmp_path / "archive/prove/nb/1/half.html").write_text("half")
    publish(built(tmp_path / "a"), tmp_path / "archive", on=DAY)
    assert sorted(path.name for path in (tmp_path / "archive/prove/nb/1").iterdir()) == ["index.html", META]
