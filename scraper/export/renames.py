"""Put several files in their places as if at once: what a crash cuts off between two renames the next run does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import orjson

from scraper.export import part_file
from scraper.journal.journal import Journal
from scraper.journal.workspace import lock

Move = tuple[Path, Path]
"""A part file, which is whole and on the disk, and its place."""


def carry_out(moves: Sequence[Move], journal: Journal) -> None:
    """Put part files in their places; from here on they are what is published, whatever happens."""
    if len(moves) > 1:
        journal.vow(moves=orjson.dumps([[str(part), str(place)] for part, place in moves]).decode())
    for part, place in moves:
        part_file.replace(part, place)


def forget(journal: Journal) -> None:
    """Let no later run carry out what was vowed: other part files will have the same names."""
    if journal.recall("moves"):
        journal.vow(moves="")


def finish(journal: Journal) -> None:
    """Do what a run that was cut off had vowed. Raises Busy if another run holds one of the places."""
    if journal.recall("state") == "finished":
        return
    for part, place in orjson.loads(journal.recall("moves") or "[]"):
        if Path(part).exists():
            where = Path(place).with_name(f".{Path(place).name}.lock")
            with lock(where, f"another run writes {place} (it holds {where})", is_kept=False):
                part_file.replace(Path(part), Path(place))
