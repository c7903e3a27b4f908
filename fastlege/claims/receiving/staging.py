"""Messages beside the tables: temporary tables that one transaction fills by COPY and reads whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import LiteralString

import orjson
import psycopg

from fastlege.claims.receiving.reading import Incoming
from fastlege.rules.claims.messages.message import Bill, Message

_TABLES: LiteralString = """
create temporary table if not exists incoming_messages (n int, line int, digest text, message_id text,
    practitioner text, practice_id text, sent_at timestamptz, errors jsonb) on commit delete rows;
create temporary table if not exists incoming_bills (n int, position int, practitioner text, bill_number text,
    patient text, content text, "on" date, "time" time, setting text, place text, performed_by text, diagnoses text[],
    minutes smallint, exemption text, circumstances text[], group_size smallint, distance_km text,
    line_count smallint, amount_ore bigint, share_ore bigint) on commit delete rows;
create temporary table if not exists incoming_lines (n int, position int, line smallint, code text, count smallint,
    amount_ore bigint, share_ore bigint) on commit delete rows;
create temporary table if not exists incoming_credits (n int, position int, practitioner text, credit_number text,
    bill_number text, amount_ore bigint) on commit delete rows;
create temporary table if not exists incoming_people (patient text, person_id bigint) on commit delete rows;
create temporary table if not exists incoming_ids (n int, position int, bill_id bigint) on commit delete rows;
truncate incoming_messages, incoming_bills, incoming_lines, incoming_credits, incoming_people, incoming_ids;
"""

NAMES = ("incoming_messages", "incoming_bills", "incoming_lines", "incoming_credits")
_MESSAGES_AT_A_TIME = 2_000
_BILLS_AT_A_TIME = 20_000

# How COPY reads a text: `_NULL` for nothing, a backslash twice. Fields of a message hold no control characters.
_NULL = r"\N"


class Staging:
    """Collects rows and writes them in parts, so that the memory of a part is enough for any file."""

    def __init__(self, cursor: psycopg.Cursor) -> None:
        self._cursor = cursor
        self._rows: dict[str, list[str]] = {name: [] for name in NAMES}
        self.messages = self.bills = 0
        cursor.execute(_TABLES)

    def add(self, incoming: Incoming) -> None:
        """Lay one message down; messages are numbered as they come, from 0."""
        n, message = self.messages, incoming.message
        self._rows["incoming_messages"].append(
            _row(
                n,
                incoming.line,
                incoming.digest,
                incoming.message_id,
                message.practitioner.hpr if message else None,
                message.practice_id if message else None,
                message.sent_at if message else None,
                orjson.dumps([vars(error) for error in incoming.errors]).decode(),
            )
        )
        self.messages += 1
        if message:
            self._add_parts(n, message)
            self.bills += len(message.bills)
        if (
            len(self._rows["incoming_messages"]) >= _MESSAGES_AT_A_TIME
            or len(self._rows["incoming_bills"]) >= _BILLS_AT_A_TIME
        ):
            self.flush()

    def flush(self) -> None:
        """Write what has been collected."""
        for name, rows in self._rows.items():
            with self._cursor.copy(f"copy {name} from stdin") as copy:
                copy.write("".join(rows))
            rows.clear()

    def finish(self) -> None:
        """Write the rest, and let the planner know how much there is."""
        self.flush()
        self._cursor.execute(f"analyze {', '.join(NAMES)}")

    def _add_parts(self, n: int, message: Message) -> None:
        hpr = message.practitioner.hpr
        for position, bill in enumerate(message.bills):
            self._rows["incoming_bills"].append(_bill_row(n, position, hpr, bill))
            self._rows["incoming_lines"].extend(_line_rows(n, position, bill))
        self._rows["incoming_credits"].extend(
            _row(n, position, hpr, note.credit_number, note.bill_number, note.amount)
            for position, note in enumerate(message.credits)
        )


def _row(*values: object) -> str:
    """A row as COPY reads it."""
    return "\t".join([_NULL if value is None else str(value).replace("\\", r"\\") for value in values]) + "\n"


def _bill_row(n: int, position: int, practitioner: str, bill: Bill) -> str:
    return _row(
        *(n, position, practitioner, bill.bill_number, bill.patient.number, bill.content(practitioner)),
        *(bill.at.date(), bill.at.time(), bill.setting.value, bill.place),
        bill.performed_by.hpr if bill.performed_by else None,
        _array(f"{one.system} {one.code}" for one in bill.diagnoses),
        *(bill.minutes, bill.exemption, _array(bill.circumstances), bill.group_size, bill.distance_km),
        *(len(bill.lines), sum(one.amount for one in bill.lines), sum(one.patient_share for one in bill.lines)),
    )


def _array(words: Iterable[str]) -> str:
    """Words of closed vocabularies as an array of the database: none of them has a quotation mark."""
    return "{" + ",".join(f'"{word}"' for word in words) + "}"


def _line_rows(n: int, position: int, bill: Bill) -> Iterator[str]:
    # The numbers, and codes of letters and digits, stand as they are.
    return (
        f"{n}\t{position}\t{number}\t{line.code}\t{line.count}\t{line.amount}\t{line.patient_share}\n"
        for number, line in enumerate(bill.lines, 1)
    )
