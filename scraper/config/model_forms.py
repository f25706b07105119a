"""The forms that values of a config file take: mappings, short forms, lists of one, one of several forms."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from scraper.config.short_forms import as_list, form_of, words_of
from scraper.job.extras import Extra
from scraper.job.phrases import alternatives

T = TypeVar("T")

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some takes longer than reading a config


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


def either(*expected: str) -> Discriminator:
    """Return what tells the forms of a value apart and says what was expected where it has none of them."""
    return Discriminator(form_of, custom_error_type="form", custom_error_message=" or ".join(expected))


def as_words(value: Any) -> Any:
    """Return a command line as its words."""
    if not isinstance(value, str):
        return value
    try:
        return words_of(value)
    except ValueError as error:
        raise PydanticCustomError("said", "", {"text": str(error)}) from None


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


OneOrMore = Annotated[Maybe[list[str]], BeforeValidator(as_list, json_schema_input_type=str | list[str])]
"""Texts, of which a single one needs no list."""
Command = Annotated[
    Maybe[Annotated[list[str], Field(min_length=1)]], BeforeValidator(as_words, json_schema_input_type=str | list[str])
]
"""A program with its arguments, as a list or in one line."""
