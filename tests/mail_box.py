"""A real mail server for tests, which keeps what it is given."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Mailbox:
    """Keeps what it is given. `answers` are given to the next recipients; `reading` blocks until `go` is set."""

    def __init__(self):
        self.got, self.answers = [], []
        self.reading, self.go = threading.Event(), threading.Event()
        self.go.set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.got.append(envelope)
        self.reading.set()
        while not self.go.is_set():
            await asyncio.sleep(0.02)
        return "250 taken"


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    """The server on a port of its own, until the block ends."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    box.go.set()
    controller.stop()
