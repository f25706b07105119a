"""The last good report, with a check of itself: what the next runs are compared with beside the history.

A file that is not as it was written, or of another form, is set aside and told: no run is judged by it.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import orjson
from msgspec import Struct

from scraper.errors import OutputError
from scraper.journal.workspace import told, write_whole
from scraper.report.expectations import Past
from scraper.report.history import open_history, set_aside

CHECK, END = b',\n  "check": "', b"\n}\n"


class Filled(Struct):
    """What of a report's field the next run is compared with."""

    rule: str
    name: str
    records: int
    filled: int


class Fields(Struct):
    """What of a report is read again."""

    fields: tuple[Filled, ...] = ()
    rows: dict[str, int] = {}


def write_baseline(path: Path, report: bytes) -> None:
    """Write a report as JSON, its check as the last key."""
    write_whole(path, report.removesuffix(END) + CHECK + b"%08x" % zlib.crc32(report) + b'"' + END)


def read_past(
    history: Path, last_good: Mapping[str, object] | None, run: str, digest: str = ""
) -> tuple[Past, list[str]]:
    """Return what a run is compared with, and what is to be told of the history; a damaged one is set aside."""
    try:
        with open_history(history) as past:
            return past.past(run, last_good, digest), []
    except OutputError as error:
        with told(history, "set aside"):
            notes = [f"{error}; it is set aside as {set_aside(history)}"]
    with open_history(history) as past:
        return past.past(run, last_good, digest), notes


def read_baseline(path: Path) -> tuple[Mapping[str, object] | None, list[str]]:
    """Return the last good report, None if there is none that can be trusted, and what is to be told of it."""
    try:
        with told(path, "read"):
            data = path.read_bytes() if path.exists() else b""
    except OutputError as error:
        return None, [str(error)]
    if not data:
        return None, []
    try:
        return _trusted(data), []
    except (msgspec.MsgspecError, ValueError) as error:
        aside = path.with_name(f"{path.name}.broken")
        with contextlib.suppress(OSError):
            path.replace(aside)
        return None, [
            f"{path}: is no last good report ({error}): it is set aside as {aside}, nothing is compared with it"
        ]


def _trusted(data: bytes) -> Mapping[str, object]:
    """Return a report that is as it was written; one of an older version has no check."""
    head, found, tail = data.rpartition(CHECK)
    if found and tail != b"%08x" % zlib.crc32(head + END) + b'"' + END:
        raise ValueError("it is not as it was written")
    msgspec.json.decode(data, type=Fields)
    report: Mapping[str, object] = orjson.loads(data)
    return report
