"""The steps of a field, and what each takes and gives. A new one is a function here and its row in STEPS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import regex
from msgspec import Struct

from scraper.errors import Malformed, PatternError, PatternTimeout
from scraper.job import Step
from scraper.job.late import late_regex
from scraper.job.templates import as_text
from scraper.parse.encodings.references import in_text
from scraper.parse.own_steps import compile_own
from scraper.parse.selectors.breaks import JOINED, LINE, cut, has_marks, replaced, shown
from scraper.parse.selectors.select import Clock, compile_regex
from scraper.parse.srcset import compile_choice
from scraper.parse.trees.text import APART, BLOCKS

Transform = Callable[[Any, Clock], Any]
Takes = Literal["nothing", "text", "pair", "table", "function"]


class StepInfo(Struct, frozen=True):
    """What is known of a step: all that the config, its schema, the reference and the columns of an output ask."""

    compile: Callable[[Any], Transform]
    """From its argument to what it does; raises PatternError."""
    summary: str
    takes: Takes = "nothing"
    """Its argument: a text, a pair of texts, a table of texts and values, or the name of a function."""
    reads: Literal["text", "value", "list"] = "text"
    """One value after the other, as a text or as it is; or the whole list."""
    gives: Literal["text", "value", "list", "one"] = "text"
    """A text, any value, a list for each text, or one text for the whole list."""


def compile_step(step: Step) -> Transform:
    """Return the function of a step. Raises PatternError.

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
    return STEPS[step.name].compile(step.argument)


def _plain(function: Callable[[str], str]) -> Callable[[Any], Transform]:
    """Return what makes a transform of a function, which is the same whatever the argument."""
    return lambda _: lambda text, __: function(text)


def _strip_tags(text: str) -> str:
    from w3lib.html import remove_tags  # it brings half of `urllib` and `http` along

    return remove_tags(_tags_between_digits.sub(_mark_of, text))


_tags_between_digits = late_regex(r"(?<=\d)\s*+(?:<[^<>]*+>\s*+)++(?=\d)")
_edge = late_regex(r"</?(\w+)")
_blank_beside = late_regex(r"\s(?=<|\Z)|>\s")


def _mark_of(tags: regex.Match[str]) -> str:
    """Return the mark for tags that a number does not reach over, or these tags."""
    names = {name.lower() for name in _edge.findall(tags[0])}
    is_line = names & (BLOCKS | {"br"}) or _blank_beside.search(tags[0])
    return LINE if is_line else JOINED if names & APART else tags[0]


def _replace(argument: tuple[str, str]) -> Transform:
    old, new = argument
    pattern = regex.compile(regex.escape(old))

    def replace(text: str, _: Clock) -> str:
        if has_marks(text):
            return replaced(text, pattern.finditer(shown(text)), lambda _: new)
        return text.replace(old, new)

    return replace


def _sub(argument: tuple[str, str]) -> Transform:
    pattern, new = argument
    compiled = compile_regex(pattern)
    try:
        _same_groups(compiled).sub(new, "")
    except (regex.error, IndexError, ValueError) as error:
        raise PatternError(f"{new!r} cannot replace {pattern!r}: {error}") from error

    def sub(text: str, clock: Clock) -> str:
        try:
            if has_marks(text):
                matches = compiled.finditer(shown(text), timeout=clock.left())
                return replaced(text, matches, lambda match: match.expand(new))
            return compiled.sub(new, text, timeout=clock.left())
        except (TimeoutError, MemoryError):
            message = f"sub {pattern[:80]!r} reached the time limit of {clock.limit_s:g} s, or that of memory"
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

    def split(text: str, _: Clock) -> list[str]:
        plain, parts, at = shown(text), [], 0
        for part in plain.split(separator):
            parts.append(part if plain is text else cut(text, at, at + len(part)))
            at += len(part) + len(separator)
        return [piece for part in parts if (piece := part.strip())]

    return split


def _join(separator: str) -> Transform:
    return lambda value, _: separator.join(map(as_text, value)) if isinstance(value, list) else value


def _remove_prefix(prefix: str) -> Transform:
    return lambda text, _: text.removeprefix(prefix)


def _remove_suffix(suffix: str) -> Transform:
    return lambda text, _: text.removesuffix(suffix)


def _srcset(argument: str) -> Transform:
    choose = compile_choice(argument)
    return lambda text, _: choose(text)


def _map(table: dict[str, Any]) -> Transform:
    def look_up(text: str, _: Clock) -> Any:
        text = shown(text)
        if text not in table:
            raise Malformed(f"is not in the map ({', '.join(list(table)[:8])})")
        return table[text]

    return look_up


STEPS: dict[str, StepInfo] = {
    "strip": StepInfo(_plain(str.strip), "Take the blanks off both ends."),
    "lower": StepInfo(_plain(str.lower), "Write it in small letters."),
    "upper": StepInfo(_plain(str.upper), "Write it in capitals."),
    "unescape": StepInfo(_plain(in_text), "Resolve character references."),
    "strip_tags": StepInfo(_plain(_strip_tags), "Take markup out."),
    "replace": StepInfo(_replace, "[old, new]", "pair"),
    "sub": StepInfo(_sub, "[regex, new]", "pair"),
    "slice": StepInfo(_slice, 'Python\'s slice, such as "3:".', "text"),
    "split": StepInfo(
        _split, "Cut at this text: a list; pieces are trimmed, empty ones dropped.", "text", gives="list"
    ),
    "join": StepInfo(_join, "Make one text of a list.", "text", reads="list", gives="one"),
    "remove_prefix": StepInfo(_remove_prefix, "Take this off the beginning, if it is there.", "text"),
    "remove_suffix": StepInfo(_remove_suffix, "Take this off the end, if it is there.", "text"),
    "srcset": StepInfo(_srcset, "The URL of the largest or smallest image, or of one of 640w or 2x at least.", "text"),
    "map": StepInfo(_map, "Text to value; what is not in it is malformed.", "table", gives="value"),
    "python": StepInfo(
        compile_own,
        "A function of your own, package.module:function: it takes a value and returns one, None for nothing.",
        "function",
        reads="value",
        gives="value",
    ),
}
"""The steps by their names. The order is that of the reference."""
