"""The forms that values of a config file take: mappings, short forms, lists of one, one of several forms."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from scraper.job.extras import Extra

T = TypeVar("T")

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some takes longer than reading a config

SHELL_WORDS = frozenset({"|", "||", "&", "&&", ";", ">", ">>", "<", "2>", "2>&1"})


def given(value: Any) -> Any:
    """Refuse null: a key that stands there has a value (an unquoted `#id` has none)."""
    if value is None:
        raise PydanticCustomError("null", "")
    return value


Maybe = Annotated[T | None, BeforeValidator(given)]
"""A key that may be left out, but not be null."""


class Spec(BaseModel):
    """A mapping of the file: strict types, no unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


class ShortSpec(Spec):
    """A mapping that a plain text may stand for."""

    short_schema: ClassVar[dict[str, Any]] = {"type": "string", "description": "CSS selector"}

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """Return what the short form means: a text is CSS."""
        return {"css": text}

    @model_validator(mode="before")
    @classmethod
    def _read_text(cls, data: Any) -> Any:
        return cls.from_text(data) if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [cls.short_schema, handler(core_schema)]}


def as_list(value: Any) -> Any:
    """Return a single value as a list of one."""
    return value if value is None or isinstance(value, list) else [value]


def as_names(value: Any) -> Any:
    """Return group names and numbers as a list of texts."""
    return [str(name) if type(name) is int else name for name in as_list(value) or ()] or value


def _form(value: Any) -> str:
    """Return which of several forms a value has, as a tag that is no key of any file."""
    if isinstance(value, dict):
        return "<file>" if "file" in value else "<mapping>"
    return f"<{type(value).__name__}>"


def either(*expected: str) -> Discriminator:
    """Return what tells the forms of a value apart and says what was expected where it has none of them."""
    return Discriminator(_form, custom_error_type="form", custom_error_message=" or ".join(expected))


def as_words(value: Any) -> Any:
    """Return a command line as its words. No shell is to see it, so it may hold nothing that is meant for one."""
    if not isinstance(value, str):
        return value
    try:
        words = shlex.split(value)
    except ValueError as error:
        raise PydanticCustomError("said", "", {"text": f"this is no command line: {error}"}) from None
    if meant := SHELL_WORDS.intersection(words):
        text = f"no shell runs this, so {min(meant)} is an argument like any; say [sh, -c, …] if you want one"
        raise PydanticCustomError("said", "", {"text": text})
    return words


class Registered(Protocol):
    """What each table of parsers, fetchers, formats or types says of its entries; some need an `extra`."""

    @property
    def summary(self) -> str: ...


MODEL_NOW = "scraper_model_now"
"""In the metadata of a core schema: what gives the model that the JSON Schema is made of in its place."""


class DescribedBy:
    """In `Annotated[str, …]`: what the schema says of a text ends with what a table says of each of its entries."""

    def __init__(self, table: Mapping[str, Registered]) -> None:
        self._table = table

    def __get_pydantic_json_schema__(self, *_: object) -> dict[str, Any]:
        said = "; ".join(f"{name}: {told(each)}" for name, each in self._table.items())
        return {"type": "string", "description": f"{said}."}


class OneOf(DescribedBy):
    """In `Annotated[str, …]`: a name in a table, as the table is when a file is read or the schema is made."""

    def __get_pydantic_core_schema__(self, *_: object) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._check)

    def __get_pydantic_json_schema__(self, *_: object) -> dict[str, Any]:
        return {"enum": list(self._table), **super().__get_pydantic_json_schema__()}

    def _check(self, value: Any) -> Any:
        if isinstance(value, str) and value in self._table:
            return value
        raise PydanticKnownError("literal_error", {"expected": alternatives(map(repr, self._table))})


def told(one: Registered) -> str:
    """Return what something is for, and what it needs."""
    extra: Extra | None = getattr(one, "extra", None)
    return f"{one.summary} (needs the extra `{extra.name}`)" if extra else one.summary


def alternatives(words: Iterable[str]) -> str:
    """Return words as a list for reading.

    >>> alternatives([".jsonl", ".csv", ".parquet"])
    '.jsonl, .csv or .parquet'
    """
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


OneOrMore = Annotated[Maybe[list[str]], BeforeValidator(as_list, json_schema_input_type=str | list[str])]
"""Texts, of which a single one needs no list."""
Command = Annotated[
    Maybe[Annotated[list[str], Field(min_length=1)]], BeforeValidator(as_words, json_schema_input_type=str | list[str])
]
"""A program with its arguments, as a list or in one line."""
