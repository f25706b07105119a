"""The frozen values that say which pages there are: their start URLs and params, their requests, their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from scraper.job.days import Days
from scraper.job.discreet import Discreet
from scraper.job.expect import PageChecks
from scraper.job.rules import Follow, Rule
from scraper.job.templates import Template

DEFAULT_PARSER = "html5"


class RequestSpec(Discreet, frozen=True):
    """How the requests of a kind are made; headers are templates by name. At most one of the last three is there."""

    hidden = frozenset({"headers", "form", "json", "body"})

    method: str = "GET"
    headers: tuple[tuple[str, Template], ...] = ()
    form: tuple[tuple[str, Template], ...] | None = None
    json: Any = None
    """Plain data whose texts are templates."""
    body: Template | None = None

    @property
    def has_body(self) -> bool:
        """Whether the requests carry something."""
        return self.form is not None or self.json is not None or self.body is not None

    @property
    def templates(self) -> tuple[tuple[tuple[str | int, ...], Template], ...]:
        """Return all templates, each with the keys that lead to it from `request`."""
        found: list[tuple[tuple[str | int, ...], Template]] = [(("headers", name), text) for name, text in self.headers]
        found += [(("form", name), text) for name, text in self.form or ()]
        found += _templates(self.json, ("json",))
        found += [(("body",), self.body)] if self.body is not None else []
        return tuple(found)

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the params that the templates use."""
        return frozenset(placeholder.name for _, text in self.templates for placeholder in text.placeholders)


def _templates(data: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Template]]:
    """Yield the templates in plain data, each with its place."""
    if isinstance(data, Template):
        yield place, data
    elif isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _templates(value, (*place, key))


class Span(Struct, frozen=True):
    """`{first: 0, last: 90, step: 10}`: both ends included."""

    first: int
    last: int | None
    """None: on until a page gives no record."""
    step: int = 1


class ParamFile(Struct, frozen=True):
    """`{file: ids.txt}`: a value a line, or rows of .csv / .jsonl for `{name.key}`."""

    path: Path


class Param(Struct, frozen=True):
    """The values that one placeholder of the start URLs takes, in order."""

    name: str
    values: tuple[Any, ...] | Span | Days | ParamFile


class Action(Discreet, frozen=True):
    """What is done on a page in the browser before it is read."""

    hidden = frozenset({"value"})

    verb: str
    """click, fill, press, scroll or wait."""
    css: str | None = None
    times: int | None = 1
    """None: until there is nothing left to click, or the page grows no more."""
    is_optional: bool = False
    """Nothing to click is no failure."""
    value: Template | None = None
    """What is filled in, a template of params."""
    key: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        """Return what may be told of it: what is filled in may be secret."""
        if self.css is not None:
            return f"{self.verb} {self.css!r}"
        if self.verb == "scroll":
            return f"scroll {self.times or 'bottom'}"
        return f"{self.verb} {self.key or f'{self.seconds:g}'}"


class Kind(Struct, frozen=True):
    """A kind of page: where its pages are and how each is read."""

    name: str
    rules: tuple[Rule, ...]
    follow: tuple[Follow, ...] = ()
    """Links of the page, outside its records."""
    start_urls: tuple[Template, ...] = ()
    params: tuple[Param, ...] = ()
    request: RequestSpec = RequestSpec()
    parser: str = DEFAULT_PARSER
    """A name in `parsers.PARSERS`."""
    namespaces: tuple[tuple[str, str], ...] = ()
    """Prefix and URI, for a parser that knows namespaces."""
    encoding: str | None = None
    checks: PageChecks = field(default_factory=PageChecks)
    wait_for: str | None = None
    """CSS selector of an element without which a page in the browser is not ready."""
    actions: tuple[Action, ...] = ()
    """What is done on a page in the browser before that."""

    @property
    def open_param(self) -> tuple[str, Span] | None:
        """Return the name and values of the param that has no last one."""
        spans = ((param.name, param.values) for param in self.params if isinstance(param.values, Span))
        return next(((name, span) for name, span in spans if span.last is None), None)

    def is_further(self, params: Mapping[str, Any]) -> bool:
        """Return whether a page is one behind the first of an open param, which may be the end and hold nothing."""
        return self.open_param is not None and params.get(self.open_param[0]) not in (None, self.open_param[1].first)
