"""Say which type a field's values have in the output, and whether a value of the config is one of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from scraper.config.checks.values import is_web_url
from scraper.export import columns
from scraper.job import Field


def written_type(field: Field) -> str | None:
    """Return the type that a field's values have in the output, None if only the page can tell."""
    return "a list of objects" if field.fields else columns.written_type(field)


def fits(kind: str | None, value: Any) -> bool:
    """Return whether a value is one that a field of this type writes; None stands for any type."""
    match kind:
        case "int":
            return type(value) is int
        case "float":
            return type(value) in (int, float)
        case "bool":
            return isinstance(value, bool)
        case "json" | None:
            return value is not None
        case _:
            return isinstance(value, str) and _is_written(kind, value)


def _is_written(kind: str, text: str) -> bool:
    """Return whether a text is what a field of this type writes."""
    try:
        match kind:
            case "date":
                return date.fromisoformat(text).isoformat() == text
            case "datetime":
                return "T" in text and bool(datetime.fromisoformat(text))
            case "url":
                return is_web_url(text)
    except ValueError:
        return False
    return True
