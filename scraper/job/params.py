"""The values that a placeholder of the start URLs takes: a list, a span of numbers or days, or the lines of a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from scraper.errors import OutputError
from scraper.job import Param, ParamFile, Span
from scraper.job.days import Days

LARGEST = 2**53 - 1
"""Numbers beyond it are not the same in all programs that read JSON (RFC 8259)."""
DIGITS_OF_64_BITS = 20
"""So many may be more than 64 bits say."""


def values(param: Param) -> Iterator[Any]:
    """Yield the values of a param in order."""
    match param.values:
        case Span(first, None):
            yield first  # the others follow, page by page
        case Span(first, last, step) if last is not None:
            yield from range(first, last + (1 if step > 0 else -1), step)
        case Days():
            yield from param.values.texts()
        case ParamFile():
            yield from rows(param.values)
        case tuple():
            yield from param.values


def length(param: Param) -> int:
    """Return how many values a param has."""
    return sum(1 for _ in values(param)) if isinstance(param.values, Days | ParamFile) else _length(param.values)


def rows(source: ParamFile) -> Iterator[Any]:
    """Yield the lines of a text file, or the rows of a .csv or .jsonl file as mappings; empty lines are skipped."""
    try:
        with source.path.open(encoding="utf-8-sig", newline="" if source.path.suffix == ".csv" else None) as file:
            yield from _rows(file, source.path.suffix)
    except (OSError, csv.Error, ValueError, RecursionError) as error:
        raise OutputError(f"{source.path}: cannot read the params: {error}") from error


def _rows(file: Iterable[str], suffix: str) -> Iterator[Any]:
    if suffix == ".csv":
        yield from csv.DictReader(file, restkey="")
        return
    for line in map(str.strip, file):
        if line:
            yield (
                json.loads(line, parse_int=_int, parse_float=_float, parse_constant=str) if suffix == ".jsonl" else line
            )


def _int(text: str) -> int | str:
    """Return a number, or its digits where they are more than 64 bits say."""
    return int(text) if len(text) < DIGITS_OF_64_BITS else text


def _float(text: str) -> float | str:
    """Return a number, or its digits where it would be written with others."""
    return float(text) if repr(float(text)) == text else text


def _length(values: tuple[Any, ...] | Span) -> int:
    if isinstance(values, Span):
        if values.last is None:
            return 1
        return len(range(values.first, values.last + (1 if values.step > 0 else -1), values.step))
    return len(values)
