"""What an XPath expression may say whatever the parser: XPath 1.0 without variables, and three functions.

Prefixes are for trees of XML; they are said by what such a tree tells of its elements.

`re:test(text, pattern, flags?)` and `matches(text, pattern, flags?)` search with the `regex` module, within the time of
the page; `has-class(name, …)` asks an element for all of its names. A mistake that libraries would tell on a page only,
in the middle of a crawl, is told here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import regex

from scraper.errors import PatternError
from scraper.job.late import late_regex
from scraper.parse.selectors.namespaces import Namespaces
from scraper.parse.selectors.select import Clock, Regex

OWN = {"re:test": "scraper-test", "matches": "scraper-test", "has-class": "scraper-class"}
"""Functions → what they are called inside: turbohtml would take its own of the same name, which nothing stops."""
ARGUMENTS: dict[str, tuple[int, float]] = {
    **dict.fromkeys("false last position true".split(), (0, 0)),
    **dict.fromkeys("local-name name namespace-uri normalize-space number string string-length".split(), (0, 1)),
    **dict.fromkeys("boolean ceiling count floor id lang not round sum".split(), (1, 1)),
    **dict.fromkeys("contains starts-with substring-after substring-before".split(), (2, 2)),
    **dict.fromkeys(("substring", "re:test", "matches"), (2, 3)),
    "translate": (3, 3),
    "concat": (2, math.inf),
    "has-class": (1, math.inf),
}
"""How many arguments a function takes: the least and the most. Libraries ask only when a page calls it."""
NODE_TESTS = frozenset("comment node processing-instruction text".split())
AXES = frozenset(
    "ancestor ancestor-or-self attribute child descendant descendant-or-self following following-sibling namespace"
    " parent preceding preceding-sibling self".split()
)
MAX_LENGTH = 10_000
_piece = late_regex(
    r"""(?P<text>"[^"]*"|'[^']*')|\$\s*(?P<variable>[\w:.-]*)|(?P<axis>[\w-]+)\s*::"""
    r"""|(?P<name>(?:[^\W\d][\w.-]*:)?(?:[^\W\d][\w.-]*|\*))(?P<call>\s*\()?"""
)
_part = late_regex(r"""\"[^"]*\"|'[^']*'|[][(),]""")
_text = late_regex(r"""\"[^"]*\"|'[^']*'""")
_blank = late_regex(r"[^\S \t\n\r]")
_at_attribute = late_regex(r"(?:@|\battribute\s*::)\s*$")
_clock: ContextVar[Clock] = ContextVar("clock")

Functions = Mapping[tuple[None, str], Callable[..., Any]]


def read_xpath(pattern: str, namespaces: Namespaces | None = None) -> str:
    """Return an expression as libraries take it; prefixes are for trees with namespaces. Raises PatternError."""
    if len(pattern) > MAX_LENGTH:
        raise PatternError(f"this XPath expression has more than {MAX_LENGTH:,} characters")
    if (blank := _blank.search(_text.sub(lambda text: "x" * len(text[0]), pattern))) is not None:
        told = f"a white space (U+{ord(blank[0]):04X}) that is no blank, at character {blank.start() + 1}"
        raise PatternError(f"{pattern!r} is no XPath expression: {told}")
    return _piece.sub(lambda found: _checked(found, pattern, namespaces), pattern)


def _checked(found: regex.Match[str], pattern: str, namespaces: Namespaces | None) -> str:
    """Return a piece of an expression."""

    def refuse(why: str) -> PatternError:
        return PatternError(f"{pattern!r} is no XPath expression: {why}, at character {found.start() + 1}")

    if found["variable"] is not None:
        raise refuse(f"there are no variables such as ${found['variable']}")
    if found["axis"] is not None and found["axis"] not in AXES:
        raise refuse(f"unknown axis {found['axis']}::")
    name = found["name"]
    if name is None:
        return found.group()
    if found["call"] is not None:
        if name in ARGUMENTS:
            if problem := _wrong_call(name, pattern, found.end()):
                raise refuse(problem)
            return OWN.get(name, name) + found["call"]
        if name not in NODE_TESTS | {"and", "or", "div", "mod"}:
            raise refuse(f"unknown function {name}()")
    elif ":" in name:
        prefix, _, local = name.partition(":")
        if namespaces is not None:
            return _prefixed(
                prefix, local, namespaces, is_attribute=_at_attribute.search(pattern[: found.start()]) is not None
            )
        raise refuse(
            f"names have no prefixes here; say *[local-name() = '{local}'], of attributes @*[name() = '{name}']"
        )
    return found.group()


def _wrong_call(name: str, pattern: str, start: int) -> str | None:
    """Return what is wrong with the arguments that begin at a place, None for nothing that can be told of them."""
    given = _arguments(pattern, start)
    if given is None:
        return None
    least, most = ARGUMENTS[name]
    if not least <= len(given) <= most:
        few = f"{least} or more" if most == math.inf else f"{least}" if least == most else f"{least} to {most:g}"
        return f"{name}() takes {few} argument{'s' * (few != '1')}, not {len(given)}"
    if OWN.get(name) == OWN["matches"] and _text.fullmatch(given[1]):
        try:
            Regex(given[1][1:-1])
        except PatternError as error:
            return str(error)
    return None


def _arguments(pattern: str, start: int) -> list[str] | None:
    """Return the arguments of a call that begin at a place, None if no bracket ends them."""
    depth, begin, found = 0, start, []
    for piece in _part.finditer(pattern, start):
        sign = piece[0]
        if sign in "([":
            depth += 1
        elif sign in ")]" and depth:
            depth -= 1
        elif depth == 0 and sign in ",)":
            found.append(pattern[begin : piece.start()].strip())
            begin = piece.end()
            if sign == ")":
                return found if found != [""] else []
    return None


def _prefixed(prefix: str, local: str, namespaces: Namespaces, *, is_attribute: bool) -> str:
    if is_attribute:
        return namespaces.attribute(prefix, local)
    named = "" if local == "*" else f" and local-name() = '{local}'"
    return f"*[{namespaces.element(prefix)}{named}]"


def is_timed(path: str) -> bool:
    """Return whether an expression needs a clock."""
    return OWN["matches"] in path


def own_functions(string_of: Callable[[Any], str], class_of: Callable[[Any], str | None]) -> Functions:
    """Return the functions for trees whose elements have such string values and classes."""

    def text_of(value: Any) -> str:
        if isinstance(value, list):
            value = value[0] if value else ""
        return value if isinstance(value, str) else _shown(value) or string_of(value)

    def test(_: Any, value: Any, pattern: Any, flags: Any = "") -> bool:
        return _regex(text_of(pattern), text_of(flags)).is_in(text_of(value), _clock.get())

    def has_class(context: Any, *names: Any) -> bool:
        classes = (class_of(context.context_node) or "").split()
        return all(text_of(name) in classes for name in names)

    return {(None, OWN["matches"]): test, (None, OWN["has-class"]): has_class}


def with_clock(clock: Clock) -> None:
    """Let the functions of what is evaluated next in this thread take that time."""
    _clock.set(clock)


def values(found: Any) -> list[Any]:
    """Return what an expression gave as a list: a number or a truth value as its only member."""
    if isinstance(found, list):
        return found
    if isinstance(found, float):
        return [int(found) if found.is_integer() else found] if math.isfinite(found) else []
    return [found]


def _regex(pattern: str, flags: str) -> Regex:
    known = "".join(flag for flag in "imsx" if flag in flags)
    key = f"(?{known}){pattern}" if known else pattern
    if key not in _compiled:
        if len(_compiled) > MAX_COMPILED:
            _compiled.clear()
        _compiled[key] = Regex(key)
    return _compiled[key]


MAX_COMPILED = 256
_compiled: dict[str, Regex] = {}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, int | float) else ""
