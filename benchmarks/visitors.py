"""Those who ask a site: keep-alive connections, each with one request on its way, all served by one loop.

A visitor costs next to nothing beside the server under measurement, as pgbench's clients do, and unlike a general
client: requests are ready bytes, and an answer is cut at its length and looked into only afterwards.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles

CONNECTIONS = 16
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)\r\n")
_BLOCK = 1 << 18


@dataclass(frozen=True)
class Answer:
    """What came back for the request of a number, when, and how long it took, in seconds."""

    number: int
    head: bytes
    body: bytes
    at: float
    took: float


@dataclass
class _Visitor:
    connection: socket.socket
    numbers: list[int]
    number: int = 0
    began: float = 0.0
    length: int | None = None
    received: bytearray = field(default_factory=bytearray)

    def ask(self, requests: Sequence[bytes]) -> None:
        self.number, self.length = self.numbers.pop(), None
        self.received.clear()
        self.began = time.perf_counter()
        self.connection.sendall(requests[self.number])

    def take(self) -> Answer | None:
        """What has come; the answer when it is whole."""
        part = self.connection.recv(_BLOCK)
        if not part:
            raise SystemExit("the site closed a connection in the middle of an answer")
        self.received += part
        end = self.received.find(b"\r\n\r\n")
        if self.length is None and end >= 0:
            found = _LENGTH.search(self.received, 0, end + 2)
            self.length = end + 4 + (int(found[1]) if found else 0)
        if self.length is None or len(self.received) < self.length:
            return None
        now = time.perf_counter()
        return Answer(self.number, bytes(self.received[:end]), bytes(self.received[end + 4 :]), now, now - self.began)


def ask_all(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> list[Answer]:
    """Send every request once, over some connections at once, and give the answers in the order of the requests."""
    answers: dict[int, Answer] = {}
    with selectors.DefaultSelector() as waiting:
        for first in range(min(connections, len(requests))):
            numbers = list(range(first, len(requests), connections))[::-1]
            visitor = _Visitor(socket.create_connection(("127.0.0.1", port)), numbers)
            visitor.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            waiting.register(visitor.connection, selectors.EVENT_READ, visitor)
            visitor.ask(requests)
        while waiting.get_map():
            for key, _ in waiting.select():
                answer = key.data.take()
                if answer is None:
                    continue
                answers[answer.number] = answer
                if key.data.numbers:
                    key.data.ask(requests)
                else:
                    waiting.unregister(key.data.connection)
                    key.data.connection.close()
    return [answers[number] for number in range(len(requests))]


def late_ms(took: Sequence[float]) -> float:
    """The 95th percentile, in milliseconds."""
    return 1000 * quantiles(took, n=20)[-1]
