"""The steps of a field: each takes one text and gives a text, a list of texts or, for `map`, any JSON value.

A function of the user's own takes any value as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import regex

from scraper.errors import Malformed, PatternError, PatternTimeout
from scraper.job import Step
from scraper.parse.own_steps import compile_own
from scraper.parse.references import in_text
from scraper.parse.select import Clock, compile_regex

Transform = Callable[[Any, Clock], Any]


def _strip_tags(text: str) -> str:
    from w3lib.html import remove_tags  # it brings half of `urllib` and `http` along

    return remove_tags(text)


PLAIN: dict[str, Callable[[str], str]] = {
    "strip": str.strip,
    "lower": str.lower,
    "upper": str.upper,
    "unescape": in_text,
    "strip_tags": _strip_tags,
}
"""Steps without an argument."""


def compile_step(step: Step) -> Transform:
    """Return the function of a step; `join` works on lists and is the caller's. Raises PatternError.

    >>> clock = Clock(1)
    >>> compile_step(Step("split", ","))("a, b,,c", clock)
    ['a', 'b', 'c']
    >>> compile_step(Step("slice", "-2:"))("2019", clock)
    '19'
    >>> compile_step(Step("sub", (r"(\\d+)-(\\d+)", r"\\2/\\1")))("7-8", clock)
    '8/7'
    >>> compile_step(Step("map", {"One": 1}))("One", clock)
    1
    """
    if step.name in PLAIN:
        plain = PLAIN[step.name]
        return lambda text, _: plain(text)
    return WITH_ARGUMENT[step.name](step.argument)


def check_step(step: Step) -> None:
    """Raise PatternError if a step does not compile."""
    if step.name != "join":
        compile_step(step)


def _replace(argument: tuple[str, str]) -> Transform:
    old, new = argument
    return lambda text, _: text.replace(old, new)


def _sub(argument: tuple[str, str]) -> Transform:
    pattern, new = argument
    compiled = compile_regex(pattern)
    try:
        _same_groups(compiled).sub(new, "")
    except (regex.error, IndexError, ValueError) as error:
        raise PatternError(f"{new!r} cannot replace {pattern!r}: {error}") from error

    def sub(text: str, clock: Clock) -> str:
        try:
            return compiled.sub(new, text, timeout=clock.left())
        except TimeoutError:
            message = f"sub {pattern[:80]!r} reached the time limit of {clock.limit_s:g} s"
            raise PatternTimeout(message) from None

    return sub


def _same_groups(compiled: regex.Pattern[str]) -> regex.Pattern[str]:
    """Return a regex that matches at once and has the groups of another: what replaces that one can replace this."""
    names = {number: f"?P<{name}>" for name, number in compiled.groupindex.items()}
    return regex.compile("".join(f"({names.get(number, '')})" for number in range(1, compiled.groups + 1)))


def _slice(argument: str) -> Transform:
    numbers = argument.split(":")
    if not 2 <= len(numbers) <= 3 or not all(regex.fullmatch(r"\s*-?\d*\s*", number) for number in numbers):
        raise PatternError(f"{argument!r} is no slice such as '3:', ':-1' or '0:4'")
    try:
        taken = slice(*(int(number) if number.strip() else None for number in numbers))
        ""[taken]
    except ValueError as error:
        raise PatternError(f"{argument!r} is no slice: {error}") from error
    return lambda text, _: text[taken]


def _split(separator: str) -> Transform:
    if not separator:
        raise PatternError("an empty text is no separator to split at")
    return lambda text, _: [piece for part in text.split(separator) if (piece := part.strip())]


def _remove_prefix(prefix: str) -> Transform:
    return lambda text, _: text.removeprefix(prefix)


def _remove_suffix(suffix: str) -> Transform:
    return lambda text, _: text.removesuffix(suffix)


def _map(table: dict[str, Any]) -> Transform:
    def look_up(text: str, _: Clock) -> Any:
        if text not in table:
            raise Malformed(f"is not in the map ({', '.join(list(table)[:8])})")
        return table[text]

    return look_up


WITH_ARGUMENT: dict[str, Callable[[Any], Transform]] = {
    "replace": _replace,
    "sub": _sub,
    "slice": _slice,
    "split": _split,
    "remove_prefix": _remove_prefix,
    "remove_suffix": _remove_suffix,
    "map": _map,
    "python": compile_own,
}
