"""Say how a format adds the records of a run to those of earlier ones, so that a file keeps one set of columns."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from scraper.errors import OutputError
from scraper.export.columns import Column, Layout, Table

Key = tuple[str, ...]
"""The values of the fields that tell a record from others, as cells of a table."""


class Appending(Struct, frozen=True):
    """How a format adds the records of a run to those of earlier ones.

    What stands in a file is told apart from what was added later by a mark, such as its length; None: all of it.
    """

    settle: Callable[[Path, Any, Layout, bool], Layout]
    """Return the layout in which records can stand behind those in a file; the last argument: columns may be added.

    Raises OutputError if they cannot.
    """
    copy: Callable[[Path, Any, BinaryIO, Layout], int]
    """Copy what stands in a file to a part file that more will be added to, with nulls in columns that are new.

    Returns the length of a torn last record that is left out. Raises OutputError if anything else is torn.
    """
    read_keys: Callable[[Path, Any, Table], Iterator[Key]]
    """Yield the values of a table's key; who lacks one is left out."""
    mark: Callable[[Path, Layout], Any] = lambda path, _: path.stat().st_size
    """Return what tells the records in a file from later ones: plain data, false if there are none."""

    lines: Callable[[Path], Iterator[bytes]] | None = None
    """Yield the records as JSON lines, if that is what the file holds."""
    check_free: Callable[[Path], None] = lambda _: None
    """Raise OutputError if a file cannot be replaced now, as another program is at work in it."""

    def keys(self, path: Path, mark: Any, table: Table) -> Iterator[Key]:
        """Yield the keys of the records in a file. Raises OutputError."""
        try:
            yield from self.read_keys(path, mark, table)
        except (OSError, EOFError, zlib.error, csv.Error) as error:
            raise OutputError(f"{path}: cannot read which records are there: {error}") from error


def settled(path: Path, found: Sequence[str] | None, layout: Layout, widens: bool) -> Layout:
    """Return a layout whose columns are those of a file, in its order, and then new ones if it may be widened.

    `found`: the columns of the file, None if there are none to go by. Raises OutputError.
    """
    if found is None:
        return layout
    wanted = {column.name: column for column in layout.columns}
    new, old = [name for name in wanted if name not in found], [name for name in found if name not in wanted]
    if (new or old) and not widens:
        told = f"{_listed(new, 'is', 'are')} new" if new else f"{_listed(old, 'is no field', 'are no fields')} any more"
        raise OutputError(
            f"{path}: expected records of {', '.join(wanted)}, got {', '.join(found)}: its fields have changed, {told};"
            " move the file away, or say on_new_fields: widen"
        )
    columns = tuple(wanted.get(name, Column(name, None)) for name in (*found, *new))
    return replace(layout, columns=columns, padding=tuple(old))


def _listed(names: Sequence[str], one: str, more: str) -> str:
    return f"{', '.join(map(repr, names))} {one if len(names) == 1 else more}"
