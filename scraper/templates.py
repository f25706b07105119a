"""Fill `{name}`, `{name.key}` and `{+name}` in URLs, values and paths: data goes in, nothing is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

import regex

from scraper.errors import OutputError

RESERVED = ":/?#[]@!$&'()*+,;="
"""RFC 3986 §2.2: what `{+name}` leaves as it is (RFC 6570 §3.2.3)."""

_pieces = regex.compile(r"\{\{([^\W\d]\w*(?:\.\w+)?)\}\}|\{(\+?)([^\W\d]\w*)(?:\.(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One `{name}`, `{name.key}` or `{+name}`."""

    name: str
    key: str | None = None
    is_reserved: bool = False
    """Reserved characters of the value are kept in a URL."""

    @property
    def full_name(self) -> str:
        """Return `name` or `name.key`."""
        return f"{self.name}.{self.key}" if self.key else self.name

    def value(self, values: Mapping[str, object]) -> object:
        """Return what stands in this place; None for a key that the row has not."""
        value = values[self.name]
        if self.key is None:
            return value
        return value.get(self.key) if isinstance(value, Mapping) else None


@dataclass(frozen=True, slots=True)
class Template:
    """A text with placeholders. Any brace that is none is text; `{{name}}` is a literal `{name}`.

    >>> Template("{a}").fill({"a": 7}), Template("{a} of {b.c}").fill({"a": 7, "b": {"c": 9}})
    (7, '7 of 9')
    >>> Template("{a}-{b}").fill({"a": 7, "b": None}) is None
    True
    >>> Template("/x?q={q}&p={+p}").fill_url({"q": "a/b", "p": "a/b"})
    '/x?q=a%2Fb&p=a/b'
    """

    text: str

    @property
    def parts(self) -> tuple[str | Placeholder, ...]:
        """Return the literal texts and placeholders, in order."""
        return _parts(self.text)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the full names of the placeholders, in order."""
        return tuple(part.full_name for part in self.parts if isinstance(part, Placeholder))

    def fill(self, values: Mapping[str, object]) -> object:
        """Return the filled text; of one placeholder alone its value as it is; None if any value is None."""
        parts = self.parts
        if len(parts) == 1 and isinstance(parts[0], Placeholder):
            return parts[0].value(values)
        return self._join(values, lambda _, value: str(value))

    def fill_url(self, values: Mapping[str, object], encoding: str = "utf-8") -> str:
        """Return the text with its values percent-encoded in the page's encoding, null as nothing."""

        def encode(place: Placeholder, value: object) -> str:
            return quote(str(value), safe=RESERVED if place.is_reserved else "", encoding=encoding, errors="replace")

        return self._join(values, encode, null="") or ""

    def fill_path(self, values: Mapping[str, object]) -> str:
        """Return the text as a path: no value may lead to another folder."""
        return self._join(values, _safe_path_part, null="") or ""

    def _join(
        self, values: Mapping[str, object], write: Callable[[Placeholder, object], str], null: str | None = None
    ) -> str | None:
        texts: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                texts.append(part)
                continue
            value = part.value(values)
            if value is None and null is None:
                return None
            texts.append(null if value is None else write(part, value))  # type: ignore[arg-type]
        return "".join(texts)


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[str | Placeholder, ...]:
    parts: list[str | Placeholder] = []
    literal, end = "", 0
    for match in _pieces.finditer(text):
        literal += text[end : match.start()]
        end = match.end()
        escaped, plus, name, key = match.groups()
        if escaped:
            literal += f"{{{escaped}}}"
            continue
        if literal:
            parts.append(literal)
            literal = ""
        parts.append(Placeholder(name, key, bool(plus)))
    literal += text[end:]
    if literal or not parts:
        parts.append(literal)
    return tuple(parts)


def _safe_path_part(place: Placeholder, value: object) -> str:
    text = str(value)
    if text in (".", "..") or any(bad in text for bad in "/\\\0"):
        raise OutputError(f"output path: the value of {{{place.full_name}}} is {text!r}; a name of a file was expected")
    return text
