"""Read tables as people do: by the names over their columns, a cell that spans several of them in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Set
from itertools import islice, zip_longest
from typing import Any

from msgspec import Struct

from scraper.errors import Malformed
from scraper.job.late import late_re
from scraper.parse.trees.parsers import Engine

MAX_COLUMNS = 1000
"""The widest span that HTML knows; wider tables are cut there."""
MAX_CELLS = 1_000_000
"""Of one table, spans filled: a few bytes of markup can ask for any number."""
MAX_HEADINGS = 20
"""Lines of headings that make names."""
TO_THE_END = 65_534
"""What `rowspan=0` means, the longest span that HTML knows."""
_leading_digits = late_re(r"[ \t\n\f\r]*\+?0*([0-9]+)")
"""A number as HTML reads it (§2.3.4.2): what stands behind it does not count."""


class Row(Struct, frozen=True, eq=False):
    """A row of a table with its cells by the names of their columns, None where it has none."""

    node: Any
    cells: dict[str, Any]
    known: Set[str]
    """The names of all columns of all tables that were found with this one."""


class TableReader:
    """A CSS selector of tables, compiled."""

    def __init__(self, pattern: str, engine: Engine, *, is_page: bool) -> None:
        self._engine = engine
        self._tables = engine.css(pattern, is_page=is_page)
        self._head, self._bodies = engine.css(":scope > thead"), engine.css(":scope > tbody")
        self._rows, self._data = engine.css(":scope > tr"), engine.css(":scope > td")
        self._cells = engine.css(":scope > td, :scope > th")

    def find(self, node: Any) -> Iterator[Row]:
        """Yield the rows of all tables below an element, without those that hold names or sums (thead, tfoot).

        A row of nothing but `<th>` is a heading, too. Raises Malformed for a table that is too large.
        """
        known: set[str] = set()
        for table in self._tables.find(node):
            yield from self._rows_of(table, known)

    def _rows_of(self, table: Any, known: set[str]) -> Iterator[Row]:
        heads = (line for head in self._head.find(table) for _, line in self._lines(head, lambda _: MAX_COLUMNS))
        headings = list(islice(heads, MAX_HEADINGS))
        names = self._names(headings)
        title: list[Any] = []
        """A first row of one cell: what stands over the table, if more columns follow."""
        count = 0

        def width(row: Any) -> int:
            if not names and headings and self._data.first(row) is not None:
                names.extend(self._names(headings))
            return len(names) or MAX_COLUMNS

        for section in (table, *self._bodies.find(table)):
            for row, line in self._lines(section, width):
                is_heading = self._data.first(row) is None
                if not names:
                    if is_heading:
                        headings += [line] * (len(headings) < MAX_HEADINGS)
                    elif not title and len(set(line)) == 1:
                        title = line
                    else:
                        is_named = bool(title) and (len(title) == 1 or len(set(line)) == 1)
                        names += self._names([title if is_named else line])
                        if is_named:
                            yield _row(row, names, line, known)
                    continue
                count += max(len(names), len(line))
                if count > MAX_CELLS:
                    raise Malformed(f"a table has more than {MAX_CELLS:,} cells, spans filled")
                if not is_heading:
                    yield _row(row, names, line, known)
        known.update(names)

    def _names(self, lines: list[list[Any]]) -> list[str]:
        """Return the names of the columns: of several lines of headings one below the other, each once."""
        lines = _without_titles(lines) or lines
        names: dict[str, None] = {}
        times: Counter[str] = Counter()
        for number in range(max(map(len, lines), default=0)):
            cells = dict.fromkeys(line[number] for line in lines if number < len(line) and line[number] is not None)
            texts = (self._engine.read["text"](cell).lstrip("_ ") for cell in cells)
            plain = name = " ".join(dict.fromkeys(filter(None, texts))) or f"column_{number + 1}"
            times[plain] += 1
            while name in names:
                name = f"{plain}_{times[plain]}"
                times[plain] += name in names
            names[name] = None
        return list(names)

    def _lines(self, section: Any, width_of: Callable[[Any], int]) -> Iterator[tuple[Any, list[Any]]]:
        """Yield each row of a section with its cells, those from above that reach down to it among them.

        Spans end at the width that a row has; cells that stand beyond it come behind.
        """
        reaching: dict[int, tuple[Any, int]] = {}
        """Number of a column → the cell that reaches down, and to how many more rows."""
        for row in self._rows.find(section):
            line: list[Any] = []
            own, last = iter(self._cells.find(row)), max(reaching, default=-1)
            width = width_of(row)
            while (column := len(line)) < width:
                if column in reaching:
                    cell, more = reaching.pop(column)
                    if more > 1:
                        reaching[column] = cell, more - 1
                    line.append(cell)
                elif (cell := next(own, None)) is not None:
                    more = self._span(cell, "rowspan", TO_THE_END) - 1
                    columns = range(column, min(column + self._span(cell, "colspan", MAX_COLUMNS), width))
                    line += [cell] * len(columns)
                    reaching.update(dict.fromkeys(columns, (cell, more)) if more else {})
                elif column <= last:
                    line.append(None)
                else:
                    break
            yield row, [*line, *islice(own, MAX_COLUMNS - len(line))]

    def _span(self, cell: Any, name: str, most: int) -> int:
        """Return over how many columns or rows a cell goes; 0 rows are all that follow."""
        digits = _leading_digits.match(self._engine.attribute(cell, name) or "")
        number = int(digits[1][:9]) if digits else 1
        return min(number, most) or (most if name == "rowspan" else 1)


def _without_titles(lines: list[list[Any]]) -> list[list[Any]]:
    """Return the lines of headings without those that are one cell alone, over a table that has several columns."""
    width = max(map(len, lines), default=0)
    return [line for line in lines if width < 2 or len(set(line)) > 1]


def _row(row: Any, names: list[str], line: list[Any], known: set[str]) -> Row:
    """Return a row with its cells; those that stand beyond the last name are called by their number."""
    more = [f"column_{number}" for number in range(len(names) + 1, len(line) + 1)]
    more = [name if name not in names else f"{name}_2" for name in more]
    known.update(more)
    return Row(row, dict(zip_longest([*names, *more], line)), known)
