"""Read a file whose form is right, by the table that is made of the model; see `form_table`.

What this accepts, the model accepts, and it reads the same. What is in doubt is refused: then the model reads it, and
says what is wrong. So a run of a right file needs neither pydantic nor the model.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import orjson

from scraper.config.short_forms import as_bounds, as_list, as_names, form_of, words_of
from scraper.fetch.fetchers import FETCHERS
from scraper.job import Language
from scraper.job.params import LARGEST
from scraper.parse.transforms import STEPS
from scraper.parse.trees.parsers import PARSERS
from scraper.parse.values.types import TYPES

TABLE = Path(__file__).with_name("forms.json")
"""Where `make schema` leaves it."""
TABLES: dict[str, Mapping[str, Any]] = {"FETCHERS": FETCHERS, "PARSERS": PARSERS, "TYPES": TYPES}
SHORT: dict[str, Callable[[Any], Any]] = {"list": as_list, "names": as_names, "bounds": as_bounds}
SOURCES = get_args(Language)
EXACT = 1 << 53
"""Whole numbers up to this are floats too."""


class Form(SimpleNamespace):
    """What a mapping of the file says, as the model would have it: a value for each key, said or not."""

    model_fields_set: set[str]
    """The keys that are said, by the names of their values."""
    order: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return ((name, value) for name, value in vars(self).items() if name not in ("model_fields_set", "order"))

    @property
    def sources(self) -> list[tuple[str, Any]]:
        """Return the sources as (language, pattern), in written order."""
        return [(name, self.json_ if name == "json" else getattr(self, name)) for name in self.order]


def read_form(data: Any) -> Form | None:
    """Return what a file says; None if its form is wrong, or might be."""
    try:
        return _mapping("FileSpec", data)
    except (ValueError, RecursionError):  # an alias of YAML may lead to itself
        return None


def default(model: str) -> Any:
    """Return what a mapping is that is not there."""
    return _mapping(model, {})


@functools.cache
def _forms() -> dict[str, Any]:
    forms: dict[str, Any] = orjson.loads(TABLE.read_bytes())
    return forms


def _expect(is_right: object) -> None:
    if not is_right:
        raise ValueError


def _mapping(model: str, data: Any) -> Form:
    form = _forms()[model]
    if form["is_short"] and isinstance(data, str):
        data = {"css": data}
    _expect(type(data) is dict)
    said = {}
    for key, value in data.items():
        _expect(key in form["keys"])
        name, entry = form["keys"][key]
        said[name] = _read(entry, value)
    _expect(all(name in said or name in form["defaults"] for name, _ in form["keys"].values()))
    defaults = {name: _default(value) for name, value in form["defaults"].items() if name not in said}
    made = Form(**{name: said[name] if name in said else defaults[name] for name, _ in form["keys"].values()})
    made.model_fields_set = set(said)
    if form["has_order"]:
        made.order = tuple(key for key in data if key in SOURCES)
    return made


def _default(value: Any) -> Any:
    """Return the value of a key that is not there: a copy of a list, a mapping that says nothing."""
    if isinstance(value, list):
        return default(value[1]) if value[:1] == ["is"] else list(value)
    return {} if value == {} else value


def _read(entry: Any, value: Any) -> Any:
    if isinstance(entry, str):
        return PLAIN[entry](value)
    return READERS[entry[0]](value, *entry[1:])


def _given(value: Any) -> Any:
    _expect(value is not None)
    return value


def _text(value: Any) -> Any:
    _expect(type(value) is str)
    return value


def _bool(value: Any) -> Any:
    _expect(type(value) is bool)
    return value


def _number_or_day(value: Any) -> Any:
    return _text(value) if isinstance(value, str) else _within(value, {"ge": -LARGEST, "le": LARGEST})


def _within(value: Any, limits: dict[str, Any]) -> Any:
    _expect(type(value) is int)
    return _limited(value, **limits)


def _limited(value: Any, ge: float = -math.inf, gt: float = -math.inf, le: float = math.inf) -> Any:
    _expect(ge <= value <= le and (value > gt or gt == -math.inf))
    return value


def _float(value: Any, limits: dict[str, Any]) -> Any:
    _expect((type(value) is float and math.isfinite(value)) or (type(value) is int and abs(value) <= EXACT))
    return _limited(float(value), **limits)


def _one_of(value: Any, texts: list[str]) -> Any:
    _expect(type(value) is str and value in texts)
    return value


def _list(value: Any, entry: Any, least: int, most: float = math.inf) -> Any:
    _expect(type(value) is list and least <= len(value) <= most)
    return [_read(entry, each) for each in value]


def _dict(value: Any, entry: Any, least: int) -> Any:
    _expect(type(value) is dict and len(value) >= least)
    return {_text(key): _read(entry, each) for key, each in value.items()}


def _either(value: Any, entries: dict[str, Any]) -> Any:
    tag = form_of(value).strip("<>")
    _expect(tag in entries)
    return _read(entries[tag], value)


def _words(value: Any) -> Any:
    return _list(words_of(value) if isinstance(value, str) else value, "text", 1)


def _step(value: Any) -> Form:
    """Return a step, by the table of steps as it is now."""
    said = {value: True} if isinstance(value, str) else value
    _expect(type(said) is dict and said and all(name in STEPS for name in said))
    made = Form(**{name: _read(ARGUMENTS[STEPS[name].takes], argument) for name, argument in said.items()})
    made.model_fields_set = set(said)
    return made


def _true(value: Any) -> Any:
    _expect(value is True)
    return value


ARGUMENTS: dict[str, Any] = {
    "nothing": "true",
    "text": "text",
    "pair": ["list", "text", 2, 2],
    "table": ["dict", "any", 0],
    "function": "text",
}
"""The forms of a step's argument, by what `transforms.StepInfo` calls them."""
PLAIN: dict[str, Callable[[Any], Any]] = {
    "any": lambda value: value, "given": _given, "text": _text, "bool": _bool, "step": _step, "true": _true,
    "number or day": _number_or_day, "words": _words,
}  # fmt: skip
READERS: dict[str, Callable[..., Any]] = {
    "int": _within, "float": _float, "one of": _one_of, "list": _list, "dict": _dict, "either": _either,
    "name in": lambda value, table: _one_of(value, list(TABLES[table])),
    "first": lambda value, short, entry: _read(entry, SHORT[short](value)),
    "is": lambda value, model: _mapping(model, value),
}  # fmt: skip
