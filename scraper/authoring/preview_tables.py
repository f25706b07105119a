"""Show what a config reads of a page: its records and its fields as tables, and a line for whatever is amiss."""

from __future__ import annotations

import io
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

from msgspec import Struct
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scraper.authoring.trace import FieldView, LinkView, PageView, RuleView
from scraper.job.phrases import describe_selection, describe_source
from scraper.job.templates import as_text

PIPE_WIDTH = 140
RECORDS = 5
"""Records that are shown."""
CELL = 32
"""Characters of a value that are shown."""
NARROWEST = 12
"""Columns that a field needs, or the table is turned: a line a field."""
FAULTS = 3
MISSING_TOLD = 6


class Screen(Struct, frozen=True):
    """What the tables are drawn for."""

    width: int
    is_terminal: bool
    """Colours and lines; else plain text."""
    is_unicode: bool = True

    def draw(self, table: Table) -> str:
        """Return a table as text without blanks at the ends of its lines."""
        file = io.StringIO()
        console = Console(
            file=file,
            width=self.width,
            force_terminal=self.is_terminal,
            color_system="auto" if self.is_terminal else None,
            highlight=False,
            emoji=False,
            markup=False,
        )
        console.print(table)
        return "\n".join(line.rstrip() for line in file.getvalue().splitlines())

    def table(self, *columns: str, whole: int = 1) -> Table:
        """Return an empty table; cells that are too long are cut, but not in `whole` columns."""
        lines = box.SIMPLE if self.is_unicode else box.ASCII2
        table = Table(box=lines if self.is_terminal else None, pad_edge=self.is_terminal, header_style="bold")
        for number, name in enumerate(columns):
            table.add_column(Text(name), no_wrap=number < whole)
        return table


def screen_of(file: TextIO) -> Screen:
    """Return what tables are drawn for on a terminal, in a pipe or in a file."""
    width = shutil.get_terminal_size((PIPE_WIDTH, 24)).columns
    return Screen(width, file.isatty(), "utf" in (file.encoding or "").lower())


def page_lines(view: PageView, screen: Screen) -> Iterator[str]:
    """Yield the whole view of a page."""
    page = view.page
    yield f"{page.url}: {len(page.body):,} bytes, {view.encoding}, read as page {view.kind.name!r}"
    for rule in view.rules:
        yield ""
        yield from _rule_lines(rule, screen)
    yield from [""] if view.links else []
    for link in view.links:
        yield from _link_lines(link, "")
    if view.failure is not None:
        yield ""
        yield f"a run would count this page as failed: {view.failure.reason}: {view.failure.detail}"


def _rule_lines(view: RuleView, screen: Screen) -> Iterator[str]:
    each = "the page is the item" if view.rule.each is None else f"each {describe_selection(view.rule.each)}"
    yield f"records {view.rule.name}: {each}: {_number(view.items, 'item')}, {_number(len(view.records), 'record')}"
    if not view.items:
        yield f"  {view.advice}"
        return
    yield ""
    if view.records:
        yield from _records(view.records, screen)
        yield ""
    if view.fields:
        yield screen.draw(_fields(view, screen))
    trouble = [line for field in view.fields for line in _trouble(field, view.items)]
    yield from ["", *trouble] if trouble else []
    yield from (
        f"  {name}: required, and {count} records are dropped for want of it" for name, count in view.dropped.items()
    )
    yield from (f"  {count} records are left out by where ({name})" for name, count in view.filtered.items())
    yield from [""] if view.links else []
    for link in view.links:
        yield from _link_lines(link, " of each record")


def _records(records: Sequence[dict[str, Any]], screen: Screen) -> Iterator[str]:
    """Yield the first records: a line each, or a column each where they have too many fields for the screen."""
    first, names = records[:RECORDS], list(records[0])
    if len(names) * NARROWEST <= screen.width:
        table = screen.table("#", *names)
        for number, record in enumerate(first, start=1):
            _add(table, [number, *(record.get(name) for name in names)])
    else:
        first = first[:2]
        table = screen.table("field", *(f"record {n}" for n in range(1, len(first) + 1)))
        for name in names:
            _add(table, [name, *(record.get(name) for record in first)])
    yield screen.draw(table)
    if len(records) > len(first):
        yield f"… and {_number(len(records) - len(first), 'more record')}"


def _fields(view: RuleView, screen: Screen) -> Table:
    """Return the table of fields: in how many items each matched, what it found, what became of that."""
    table = screen.table("field", "matched", "filled", "selector", "found", "written", whole=3)
    for one in view.fields:
        found = next((value for value in one.found if value is not None), None)
        written = next((value for value in one.values if value not in (None, [])), None)
        matched, filled = f"{one.matched}/{view.items}", f"{one.filled}/{view.items}"
        _add(table, [one.field.name, matched, filled, describe_source(one.field), found, written])
    return table


def _trouble(view: FieldView, items: int) -> Iterator[str]:
    """Yield what is amiss with a field, or worth knowing."""
    name = view.field.name
    if view.advice:
        yield f"  {name}: {view.advice}"
    elif view.matched < items and view.field.selection.get != "exists":
        lacking = [str(n) for n, value in enumerate(view.found, start=1) if value is None]
        told = ", ".join(lacking[:MISSING_TOLD]) + (", …" if len(lacking) > MISSING_TOLD else "")
        yield f"  {name}: nothing in {_number(len(lacking), 'item')} (number {told})"
    if view.matches > view.matched and not (view.field.many or view.field.fields) and view.field.join is None:
        yield f"  {name}: {view.matches} matches in {view.matched} items; the first counts (many: true takes all)"
    causes = Counter(fault.cause for fault in view.faults)
    for cause, count in causes.most_common(FAULTS):
        value = next(fault.value for fault in view.faults if fault.cause == cause)
        yield f"  {name}: {count} malformed: {value!r} {cause}"


def _link_lines(view: LinkView, where: str) -> Iterator[str]:
    follow = view.follow
    yield f"follow{where} {describe_selection(follow.selection)} to page {follow.page!r}: {_number(view.count, 'link')}"
    yield from (f"  {url}" for url in view.urls)
    if view.advice:
        yield f"  {view.advice}"


def _add(table: Table, cells: Iterable[Any]) -> None:
    table.add_row(*(Text(_cell(value), no_wrap=True, overflow="ellipsis") for value in cells))


def _cell(value: Any) -> str:
    """Return a value as a cell shows it."""
    if value is None or value == "":
        return "-" if value is None else "(empty)"
    text = ", ".join(map(as_text, value)) if _is_texts(value) else as_text(value)
    text = " ".join(text.split())
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def _is_texts(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(one, str) for one in value)


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
