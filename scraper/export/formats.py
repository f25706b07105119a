"""The formats by the suffixes that ask for them, and what each can. A library is imported when a file is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from scraper.export import earlier, sqlite
from scraper.export.appending import Appending
from scraper.export.columns import Layout
from scraper.export.exporters import Csv, Exporter, GzippedLines, Lines
from scraper.export.sqlite import Sqlite
from scraper.job import STDOUT
from scraper.job.extras import Extra


class Format(Struct, frozen=True):
    """What is known of a format before a file is opened: all that the config, its checks and a run ask."""

    suffix: str
    """What the path of such a file ends with."""
    open: Callable[[Any, Layout, bool], Exporter]
    """From the open part file, its columns and whether it holds no records yet to what writes some to it."""
    summary: str
    is_table: bool = False
    """Whether all records have the same columns."""
    has_types: bool = False
    """Whether a column of date-times has a zone, or has none."""
    has_tables: bool = False
    """Whether each rule has a table of its own in the file, beside which others may have theirs."""
    needs_path: bool = False
    """Whether its library opens the part file itself: `open` gets the path in place of the open file."""
    appending: Appending | None = None
    """How more is added to a file of earlier runs; None: a file is written once."""
    extra: Extra | None = None

    @property
    def can_append(self) -> bool:
        """Whether `mode: append` may be said."""
        return self.appending is not None


def format_of(path: str) -> Format | None:
    """Return the format of an output path; None for a suffix that no format has.

    >>> [found and found.suffix for found in map(format_of, ("output/{name}.csv", "-", "out.json"))]
    ['.csv', '.jsonl', None]
    """
    if path == STDOUT:
        return LINES
    suffixes = sorted(FORMATS, key=len, reverse=True)
    return next((FORMATS[suffix] for suffix in suffixes if path.endswith(suffix)), None)


def _open_parquet(file: BinaryIO, layout: Layout, _: bool) -> Exporter:
    from scraper.export.parquet import Parquet  # 0.2 s, and an extra

    return Parquet(file, layout)


LINES = Format(".jsonl", lambda file, layout, _: Lines(file, layout), "JSON Lines", appending=earlier.LINES)
GZIPPED_LINES = Format(
    ".jsonl.gz",
    lambda file, layout, is_new: GzippedLines(file, layout, is_new=is_new),
    "the same, compressed",
    appending=earlier.GZIPPED_LINES,
)
CSV = Format(
    ".csv",
    lambda file, layout, is_new: Csv(file, layout.names, is_new=is_new),
    "for spreadsheets",
    is_table=True,
    appending=earlier.ROWS,
)
PARQUET = Format(
    ".parquet",
    _open_parquet,
    "columns typed by the config",
    is_table=True,
    has_types=True,
    extra=Extra("parquet", "pyarrow"),
)
SQLITE = Format(
    ".sqlite",
    lambda path, layout, is_new: Sqlite(path, layout, is_new=is_new),
    "an SQLite database, a table a rule, typed by the config",
    is_table=True,
    has_tables=True,
    needs_path=True,
    appending=sqlite.TABLES,
)
FORMATS: dict[str, Format] = {
    form.suffix: form for form in (LINES, GZIPPED_LINES, CSV, PARQUET, SQLITE, replace(SQLITE, suffix=".db"))
}
