"""Say in words what a field or a link takes, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scraper.job.rules import Field, Selection

ELEMENTS = ("css", "xpath", "column")


def describe_source(field: Field) -> str:
    """Return what a field takes: its selection, or the items of a list of objects."""
    return f"each {describe_selection(field.each)}" if field.each else describe_selection(field.selection)


def describe_selection(selection: Selection) -> str:
    """Return a selection as its sources stand, `page: css 'h1' → regex 'x'`."""
    where = "page: " if selection.from_page else ""
    if selection.first_of:
        return where + "first of " + " | ".join(map(describe_selection, selection.first_of))
    parts = [f"{source.language} {quoted(source.pattern)}" for source in selection.sources] or ["the item"]
    taken = f"attr {selection.attr!r}" if selection.attr is not None else f"get {selection.get}"
    if taken != "get text":
        last = max((n for n, source in enumerate(selection.sources) if source.language in ELEMENTS), default=-1)
        parts.insert(last + 1 if selection.sources else 1, taken)
    return where + " → ".join(parts) + (" with its siblings" if selection.with_siblings else "")


def _plain(pattern: Any) -> Any:
    text = getattr(pattern, "text", pattern)
    return "', '".join(map(str, text)) if isinstance(text, tuple) else text


def quoted(pattern: Any) -> str:
    """Return a pattern as it stands in the file, in one line: a backslash is one."""
    if isinstance(pattern, dict):
        return "{" + ", ".join(f"{key}: {value}" for key, value in pattern.items()) + "}"
    return "'" + str(_plain(pattern)).replace("\n", "\\n") + "'"


def alternatives(words: Iterable[str]) -> str:
    """Return words as a list for reading.

    >>> alternatives([".jsonl", ".csv", ".parquet"])
    '.jsonl, .csv or .parquet'
    """
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
