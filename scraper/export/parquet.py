"""Write records as Parquet, its columns typed by the config. The only module that knows pyarrow (extra `parquet`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from scraper.errors import Malformed
from scraper.export.columns import Column, Layout
from scraper.job.templates import as_text

GROUP_ROWS = 50_000
GROUP_BYTES = 16 << 20
"""A row group ends at so many records or bytes of JSON: what is held in memory, and what a reader reads at once."""


class Parquet:
    """A Parquet file with a schema that no value changes."""

    def __init__(self, file: BinaryIO, layout: Layout) -> None:
        self._columns = layout.columns
        facts = {f"scraper.{name}": value for name, value in layout.facts}
        self._schema = pa.schema([pa.field(column.name, _arrow_type(column)) for column in layout.columns], facts)
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._lines: list[bytes] = []
        self._size = 0

    def write(self, _: str, lines: Sequence[bytes]) -> None:
        """Take some records; a field that one has not is null."""
        for line in lines:
            self._lines.append(line)
            self._size += len(line)
            if len(self._lines) >= GROUP_ROWS or self._size >= GROUP_BYTES:
                self._write_group()

    def finish(self) -> None:
        """Write the last row group and the footer."""
        if self._lines:
            self._write_group()
        self._writer.close()

    def _write_group(self) -> None:
        records = [orjson.loads(line) for line in self._lines]
        self._lines.clear()
        self._size = 0
        arrays = [_array(column, [record.get(column.name) for record in records]) for column in self._columns]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))


def _arrow_type(column: Column) -> Any:
    """Return the type of a column; what only the page can tell, and JSON, is text."""
    if column.fields:
        return pa.list_(pa.struct([pa.field(each.name, _arrow_type(each)) for each in column.fields]))
    kinds = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "truth": pa.bool_(),
        "day": pa.date32(),
        "moment": pa.timestamp("us", tz="UTC" if column.has_zone else None),
    }
    kind = kinds.get(column.stored, pa.string())
    return pa.list_(kind) if column.is_list else kind


def _array(column: Column, values: list[Any]) -> Any:
    """Return the values of a column, or raise Malformed that names the one that does not fit."""
    read = _reader(column)
    return pa.array([_read(read, value, column) for value in values], _arrow_type(column))


def _read(read: Callable[[Any], Any], value: Any, column: Column) -> Any:
    """Return a JSON value as Arrow takes it."""
    if value is None:
        return None
    try:
        if not column.is_list:
            return read(value)
        return [read(each) for each in (value if isinstance(value, list) else [value])]
    except (TypeError, ValueError, OverflowError) as error:
        expected = f"{column.type} list" if column.is_list else column.type
        fits_not = f"{column.name!r} is {as_text(value)[:80]!r}, which no {expected} column holds: {error}"
        raise Malformed(f"{fits_not}; mend the field, or write to .jsonl") from error


def _reader(column: Column) -> Callable[[Any], Any]:
    if column.fields:
        return _struct(column.fields)
    match column.stored:
        case "integer":
            return _whole
        case "number":
            return _number
        case "truth":
            return _truth
        case "day":
            return date.fromisoformat
        case "moment":
            return _with_zone if column.has_zone else _without_zone
        case "json":
            return _json
        case _:
            return lambda value: value if isinstance(value, str) else _json(value)


def _struct(columns: tuple[Column, ...]) -> Callable[[Any], Any]:
    """Return what reads an object whose values have these columns."""
    readers = [(column, _reader(column)) for column in columns]
    return lambda value: {column.name: _read(read, value.get(column.name), column) for column, read in readers}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("it is no whole number")
    if not -(2**63) <= value < 2**63:
        raise OverflowError("Parquet's int64 ends at 9223372036854775807; say type: str")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise TypeError("it is no number")
    return float(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("it is neither true nor false")
    return value


def _with_zone(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("it says no offset")
    return moment


def _without_zone(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError("it says an offset, and the others may not; say the field's timezone")
    return moment
