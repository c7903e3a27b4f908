"""More than any form carries: a clear page, and nothing of it is read or stored."""

import pytest
from django.test import Client

from fastlege.access.protection import protection
from fastlege.casework.applications.attachments import MOST, MOST_BYTES

MOST_SENT = protection().most_bytes


class Unread:
    """A body that must not be looked into."""

    def read(self, *_):
        raise AssertionError("the body was read")

    readline = read


def sent(path="/logg-ut/", **environ):
    return Client().generic("POST", path, **{"wsgi.input": Unread(), **environ})


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/logg-ut/", "Det du sendte, er for stort"),
        ("/nn/logg-ut/", "Det du sende, er for stort"),
        ("/en/logg-ut/", "What you sent is too large"),
    ],
)
def test_too_large_a_request_gets_a_page_in_the_language_of_the_visitor(path, heading):
    answer = sent(path, CONTENT_LENGTH=str(MOST_SENT + 1))
    assert answer.status_code == 413
    assert heading in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("length", ["-1", "1e3", "x", "9" * 400])
def test_a_length_that_is_none_is_refused_as_too_large(length):
    assert sent(CONTENT_LENGTH=length).status_code == 413


def test_a_request_that_does_not_say_its_length_is_refused():
    answer = sent(HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411
    assert "ikke hvor stor den er" in answer.content.decode()


def test_the_largest_application_fits():
    assert MOST * MOST_BYTES + 1_000_000 < MOST_SENT
