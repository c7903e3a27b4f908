"""A file is what its bytes are: whole, and of the kind that its name says."""

import zlib

import pytest

from fastlege.casework.applications.attachments import MOST_BYTES, File, FileKind, check_files, kind_of


def chunk(kind, data=b""):
    body = kind + data
    return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + b"\xff\xda\x00\x02" + b"picture" + b"\xff\xd9"
GOOD = {"letter.pdf": PDF, "scan.PNG": PNG, "photo.jpeg": JPEG, "photo.jpg": JPEG}


def rules(*files):
    return [violation.rule for violation in check_files(files)]


@pytest.mark.parametrize("name", GOOD)
def test_a_whole_file_of_its_kind_is_taken(name):
    assert rules(File(name, GOOD[name])) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.pdf", b"MZ\x90\0 a program"),
        ("letter.pdf", b"<html><script>alert(1)</script></html>"),
        ("scan.png", PDF),
        ("letter.pdf.exe", PDF),
        ("letter", PDF),
        ("letter.svg", b"<svg onload='alert(1)'/>"),
        ("letter.pdf", PDF.replace(b"<<>>", b"<</OpenAction <</S /JavaScript>>>>")),
        ("letter.pdf", PDF + b"PK\x03\x04 an archive after the end"),
        ("scan.png", PNG + b"PK\x03\x04"),
        ("scan.png", PNG[:-6]),
        ("scan.png", PNG.replace(b"IDAT", b"IDAU")),
        ("photo.jpg", JPEG + b"<?php ?>"),
        ("photo.jpg", JPEG[:8]),
        ("photo.jpg", b"\xff\xd8\xff\xe0\x00\x00" + JPEG[6:]),
        ("letter.pdf", b""),
    ],
)
def test_a_file_that_poses_as_another_is_not_taken(name, content):
    assert rules(File(name, content)) == ["attachment.kind"]


def test_too_many_and_too_large_are_told():
    assert rules(*[File("letter.pdf", PDF)] * 6) == ["attachment.too_many"]
    assert rules(File("letter.pdf", b"%PDF-" + b"x" * MOST_BYTES + b"%%EOF")) == ["attachment.too_large"]


def test_a_name_is_a_label_and_never_a_path():
    assert File("../../etc/passwd", b"").safe_name == "passwd"
    assert File("C:\\Users\\someone\\letter.pdf", b"").safe_name == "letter.pdf"
    assert File("\x00\x1b[31m\n.pdf", b"").safe_name == "[31m.pdf"
    assert File("", b"").safe_name == "file"
    assert len(File("a" * 500 + ".pdf", b"").safe_name) == 100


def test_the_kind_is_read_from_the_bytes_alone():
    assert [kind_of(content) for content in (PDF, PNG, JPEG, b"text")] == [*FileKind, None]
