"""Templates: `{name}`, `{name.key}` and `{+name}` in URLs, header lines, values and paths.

Any other brace is text, and `{{name}}` is a literal `{name}`. Filling is plain data: nothing is formatted, looked up
as an attribute or evaluated, whatever a value holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import force_setattr

from scraper.errors import Malformed, OutputError
from scraper.job.discreet import Discreet

RESERVED = ":/?#[]@!$&'()*+,;="
"""What `{+name}` keeps (RFC 6570 section 3.2.3), beside percent-encoded triplets."""

_NAME = r"[^\W\d]\w*(?:\.\w+)?"
_TOKEN = re.compile(rf"\{{\{{(?P<literal>\+?{_NAME})\}}\}}|\{{(?P<plus>\+?)(?P<name>{_NAME})\}}")
_NEEDS_NO_QUOTING = re.compile(r"[A-Za-z0-9._~-]*").fullmatch
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Placeholder(Struct, frozen=True):
    """One `{name}` of a template; `key` is what `{name.key}` looks up, `is_reserved` marks `{+name}`."""

    name: str
    key: str = ""
    is_reserved: bool = False

    def __str__(self) -> str:
        return f"{self.name}.{self.key}" if self.key else self.name

    def look_up(self, values: Mapping[str, Any]) -> Any:
        """Return the value, None where a mapping has no such key."""
        value = values[self.name]
        if not self.key:
            return value
        return value.get(self.key) if isinstance(value, Mapping) else None


class Template(Discreet, frozen=True):
    """A text with placeholders, read once.

    >>> Template("{a}-{b}").fill({"a": 1, "b": "x"})
    '1-x'
    >>> Template("{a}").fill({"a": 1})
    1
    >>> Template("{{a}} {} {1}").fill({})
    '{a} {} {1}'
    """

    hidden = frozenset({"parts"})

    text: str
    parts: tuple[str | Placeholder, ...] = ()
    """Made of the text, whatever is given."""

    def __post_init__(self) -> None:
        force_setattr(self, "parts", tuple(_parts(self.text)))

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """Return the placeholders as they stand in the text."""
        return tuple(part for part in self.parts if isinstance(part, Placeholder))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names in order, each once.

        >>> Template("{cat.id}/{page}/{page}").names
        ('cat.id', 'page')
        """
        return tuple(dict.fromkeys(map(str, self.placeholders)))

    def fill(self, values: Mapping[str, Any]) -> Any:
        """Return the text with its values; one placeholder alone keeps its value's type, one null makes all null."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Placeholder):
            return self.parts[0].look_up(values)
        filled = [part if isinstance(part, str) else part.look_up(values) for part in self.parts]
        return None if None in filled else "".join(map(as_text, filled))

    def fill_url(self, values: Mapping[str, Any], encoding: str = "utf-8") -> str:
        """Return the text with its values percent-encoded in a codec; `{+name}` keeps reserved characters.

        Raises Malformed for a null and for a value that the encoding cannot write.

        >>> Template("/s?q={q}").fill_url({"q": "茶 & more"})
        '/s?q=%E8%8C%B6%20%26%20more'
        >>> Template("/{+path}").fill_url({"path": "a/b?c=100%&d=%20"})
        '/a/b?c=100%25&d=%20'
        """
        return "".join(
            [part if isinstance(part, str) else _quoted(part, part.look_up(values), encoding) for part in self.parts]
        )

    def fill_path(self, values: Mapping[str, Any]) -> str:
        """Return the text with its values, none of which may lead to another folder: else OutputError.

        >>> Template("output/{name}.jsonl").fill_path({"name": "board"})
        'output/board.jsonl'
        """
        return "".join(
            [part if isinstance(part, str) else _path_part(part, part.look_up(values)) for part in self.parts]
        )


def as_text(value: Any) -> str:
    """Return a JSON value as it reads inside a text, or raise Malformed.

    >>> [as_text(v) for v in ("茶", 7, 1.5, True, ["茶"])]
    ['茶', '7', '1.5', 'true', '["茶"]']
    """
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"has more digits or levels than can be written: {error}") from error


def _parts(text: str) -> list[str | Placeholder]:
    parts: list[str | Placeholder] = []
    literal, end = "", 0
    for token in _TOKEN.finditer(text):
        literal += text[end : token.start()]
        end = token.end()
        if token["literal"]:
            literal += "{" + token["literal"] + "}"
            continue
        if literal:
            parts.append(literal)
            literal = ""
        name, _, key = token["name"].partition(".")
        parts.append(Placeholder(name, key, bool(token["plus"])))
    literal += text[end:]
    return [*parts, literal] if literal or not parts else parts


def _quoted(placeholder: Placeholder, value: Any, encoding: str) -> str:
    if value is None:
        raise Malformed(f"{{{placeholder}}} has no value to put into the URL")
    text = as_text(value)
    if _NEEDS_NO_QUOTING(text):
        return text
    try:
        quoted = quote(text, safe=RESERVED + "%" if placeholder.is_reserved else "", encoding=encoding, errors="strict")
    except UnicodeEncodeError as error:
        unknown = text[error.start : error.end]
        raise Malformed(
            f"{{{placeholder}}} is {text!r}, and {unknown!r} cannot be written in {error.encoding}"
        ) from error
    return _LONE_PERCENT.sub("%25", quoted) if placeholder.is_reserved else quoted


def _path_part(placeholder: Placeholder, value: Any) -> str:
    if value is None:
        raise OutputError(f"{{{placeholder}}} has no value to put into the output path")
    text = as_text(value)
    if text == ".." or any(character in text for character in "/\\\0"):
        raise OutputError(
            rf"{{{placeholder}}} is {text!r}: a value in the output path may hold no '/', '\' or NUL and not be '..'"
        )
    return text
