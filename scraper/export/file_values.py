"""Put what is known of a file into the place of its link in a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from scraper.job import Rule, urls
from scraper.models import FILES, State, Stored


def name_of(page: Stored) -> str:
    """Return what a page that joins a record is found by: its kind, for a file its URL too."""
    if page.kind != FILES:
        return page.kind
    told = _told(page)
    return FILES if told is None else _name(told["url"])


def with_files(rule: Rule, line: bytes, pages: Mapping[str, Stored]) -> tuple[bytes, list[str]]:
    """Return a record with its files, nulls for those that did not come, and the names of the fields with such."""
    record, lost = orjson.loads(line), []
    for field in rule.files:
        value = record[field.name]
        is_list = isinstance(value, list)
        files = [_file(one, pages) for one in (value if is_list else [value])]
        record[field.name] = files if is_list else files[0]
        lost += [field.name] if value is not None and None in files else []
    return orjson.dumps(record), lost


def _file(url: Any, pages: Mapping[str, Stored]) -> dict[str, Any] | None:
    page = pages.get(_name(url)) if isinstance(url, str) else None
    told = _told(page) if page is not None else None
    return None if told is None else {key: value for key, value in told.items() if not key.startswith("_")}


def _name(url: str) -> str:
    return f"{FILES} {urls.canonical(urls.without_fragment(url))}"


def _told(page: Stored) -> dict[str, Any] | None:
    """Return what was written of a file, None for one that has not come."""
    has_come = page.state == State.FETCHED and page.lines and page.lines[0]
    return orjson.loads(page.lines[0][0]) if has_come else None
