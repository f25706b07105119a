"""The pattern languages of texts, one small class each with the same verb: `find` all matches, in document order.

Regex finds texts in a text, JMESPath finds JSON values in a JSON value; css and xpath belong to a parser's tree.
Everything is compiled once; what does not compile is a PatternError whose text an operator understands.

What this room takes that libraries do not document; tried with lxml 6.1.3 and jmespath 1.1.0:

etree._Element                           the name of lxml's elements, which its stubs have too
jmespath's FUNCTION_TABLE and .parsed    functions that are none are told before a run; without, by a page
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, Protocol

import regex

from scraper.errors import Malformed, PatternError, PatternTimeout
from scraper.parse.encodings.references import taken
from scraper.parse.selectors.breaks import cut, has_marks, shown

REGEX_FLAGS = regex.DOTALL | regex.V0
BEYOND_FLOATS = 10**309


class Clock:
    """The time that the patterns of one page may take together, in seconds."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._end = time.monotonic() + limit_s

    def left(self) -> float:
        """Return the seconds left; PatternTimeout if there are none."""
        left_s = self._end - time.monotonic()
        if left_s <= 0:
            raise PatternTimeout(f"the patterns of one page took more than {self.limit_s:g} s (regex_timeout)")
        return left_s


class Selector(Protocol):
    """A CSS selector, compiled for one sort of tree."""

    def find(self, node: Any) -> list[Any]:
        """Return the matching elements below this one, in document order."""

    def first(self, node: Any) -> Any | None:
        """Return the first of them."""


class Regex:
    """A regex of the `regex` module: searched anywhere, `.` matches newlines, stopped at the clock's end."""

    def __init__(self, pattern: str) -> None:
        self._compiled = compile_regex(pattern)
        self._pattern = pattern

    def find(self, text: str, clock: Clock) -> Iterator[str]:
        """Yield each match, or each of its groups that took part."""
        numbers = range(1, self._compiled.groups + 1) or (0,)
        if has_marks(text):
            found = ((match, number) for match in self.matches(shown(text), clock) for number in numbers)
            yield from (cut(text, *match.span(number)) for match, number in found if match.start(number) >= 0)
            return
        for match in self.matches(text, clock):
            yield from (group for number in numbers if (group := match.group(number)) is not None)

    def cuts(self, text: str, clock: Clock) -> Iterator[str]:
        """Yield the same from a page's source; what may hold references knows where it stood."""
        numbers = range(1, self._compiled.groups + 1) or (0,)
        for match in self.matches(text, clock):
            yield from (cut for number in numbers if (cut := taken(match, number)) is not None)

    def first_cut(self, text: str, clock: Clock) -> str | None:
        """Return what `cuts` would yield first, None for nothing."""
        try:
            match = self._compiled.search(text, timeout=clock.left())
        except (TimeoutError, MemoryError) as error:
            self._complain(clock, error)
        if match is None or not self._compiled.groups:
            return match and taken(match)
        cuts = (cut for number in range(1, self._compiled.groups + 1) if (cut := taken(match, number)) is not None)
        first: str | None = next(cuts, None)
        return first if first is not None else next(self.cuts(text, clock), None)

    def matches(self, text: str, clock: Clock) -> Iterator[regex.Match[str]]:
        """Yield the matches themselves."""
        try:
            yield from self._compiled.finditer(text, timeout=clock.left())
        except (TimeoutError, MemoryError) as error:
            self._complain(clock, error)

    def is_in(self, text: str, clock: Clock) -> bool:
        """Return whether the pattern matches anywhere."""
        try:
            return self._compiled.search(text, timeout=clock.left()) is not None
        except (TimeoutError, MemoryError) as error:
            self._complain(clock, error)

    def _complain(self, clock: Clock, error: Exception) -> NoReturn:
        limit = f"the time limit of {clock.limit_s:g} s (regex_timeout)"
        if isinstance(error, MemoryError):  # a recursion, `(?R)`, that nothing ends
            limit = "the memory that regexes may take"
        raise PatternTimeout(f"regex {self._pattern[:80]!r} reached {limit}") from None


BEGINNING = 1_500
"""How much of a text an error tells: more than is shown of it, which is cut once its secrets are masked."""


class Json:
    """A JMESPath expression."""

    def __init__(self, pattern: str) -> None:
        import jmespath.exceptions  # few configs read JSON

        self._errors = jmespath.exceptions.JMESPathError, TypeError, ValueError, OverflowError, RecursionError
        try:
            self._compiled = jmespath.compile(pattern)
            problem = next(_problems(getattr(self._compiled, "parsed", None)), None)
        except jmespath.exceptions.JMESPathError as error:
            raise PatternError(f"{pattern!r} is no JMESPath expression: {_first_line(error)}") from error
        except RecursionError as error:
            raise PatternError(f"{pattern[:40]!r}… is no JMESPath expression: it is nested too deep") from error
        if problem:
            raise PatternError(f"{pattern!r} is no JMESPath expression: {problem}")
        self._pattern = pattern

    def find(self, value: Any) -> Any:
        """Return what the expression gives, None for nothing."""
        try:
            found = self._compiled.search(value)
        except self._errors as error:
            raise Malformed(f"json {self._pattern!r} fails: {_first_line(error)}") from error
        if isinstance(found, float) and not math.isfinite(found):
            raise Malformed(f"json {self._pattern!r} gives {found}, which is no JSON number")
        return found


def compile_regex(pattern: str) -> regex.Pattern[str]:
    """Return a compiled regex as all of the program reads them, or raise PatternError."""
    try:
        return regex.compile(pattern, REGEX_FLAGS)
    except (regex.error, RecursionError, OverflowError) as error:
        raise PatternError(f"{pattern!r} is no regex: {error}") from error


def group_names(pattern: str) -> tuple[frozenset[str], int]:
    """Return the names of a regex's groups and how many groups it has."""
    compiled = compile_regex(pattern)
    return frozenset(compiled.groupindex), compiled.groups


def parse_json(text: str, *, is_strict: bool = True) -> Any:
    """Return the value of a JSON text, numbers in full; Malformed if it is none.

    `is_strict`: a text in it holds no raw line break.
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_float, strict=is_strict)
    except (ValueError, RecursionError) as error:
        beginning = text[:BEGINNING].strip()
        remedy = "; `js` reads what is JavaScript" if beginning.startswith(("{", "[")) else ""
        raise Malformed(f"no JSON: {error}: {beginning!r}{remedy}") from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _float(text: str) -> float | int:
    """Return a number; for one that no float can say, an integer that none can either: who writes it must tell."""
    number = float(text)
    if math.isfinite(number):
        return number
    return BEYOND_FLOATS if number > 0 else -BEYOND_FLOATS


def _problems(node: Any) -> Iterator[str]:
    """Yield what is wrong with the functions that a JMESPath expression calls: jmespath asks only when it runs."""
    from jmespath.functions import Functions  # see Json

    known = getattr(Functions, "FUNCTION_TABLE", {})
    if isinstance(node, dict):
        children = node.get("children", ())
        if known and node.get("type") == "function_expression":
            yield from _wrong_call(node["value"], children, known)
        for child in children:
            yield from _problems(child)


def _wrong_call(name: str, given: list[Any], known: Mapping[str, Any]) -> Iterator[str]:
    if name not in known:
        yield f"unknown function {name}()"
        return
    takes = known[name].get("signature", ())
    is_open = any(one.get("variadic") for one in takes)
    if len(given) < len(takes) or (len(given) > len(takes) and not is_open):
        few = f"{len(takes)}{' or more' if is_open else ''}"
        yield f"{name}() takes {few} argument{'s' * (few != '1')}, not {len(given)}"
        return
    for number, (one, argument) in enumerate(zip(takes, given, strict=False), start=1):
        if one.get("types") == ["expref"] and argument.get("type") != "expref":
            yield f"argument {number} of {name}() is an expression behind &, such as &name"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
