"""Say which type a field's values have in the output, and whether a value of the config is one of them."""

from __future__ import annotations

from typing import Any

from scraper.export import columns
from scraper.job import Field
from scraper.parse.values.types import TYPES


def written_type(field: Field) -> str | None:
    """Return the type that a field's values have in the output, None if only the page can tell."""
    return "a list of objects" if field.fields else columns.written_type(field)


def fits(kind: str | None, value: Any) -> bool:
    """Return whether a value is one that a field of this type writes; None stands for any type."""
    return value is not None if kind is None else TYPES[kind].fits(value)


def has_key(kind: str | None, key: str) -> bool:
    """Return whether a field of this type may have a key that only some types have."""
    return kind is not None and key in TYPES[kind].keys


def types_with(key: str) -> list[str]:
    """Return the types whose fields may have a key."""
    return [name for name, one in TYPES.items() if key in one.keys]
