"""Read CSS selectors (Selectors 4): a pattern → what it asks for, whatever the parser, or a mistake with its place.

What Chromium takes is taken, and `:contains("words")`; refused is what only a live page can answer. `:is()` of nothing
valid finds nothing in a browser: here it is a mistake, as an unclosed bracket is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NoReturn

import regex

from scraper.errors import PatternError
from scraper.parse.selectors.css import (
    Attribute,
    Class,
    Combinator,
    Complex,
    Compound,
    Contains,
    Id,
    Lang,
    Logical,
    Nth,
    Side,
    State,
    Test,
)
from scraper.parse.selectors.css_signs import (
    AN_PLUS_B,
    BLANK,
    COMBINATOR,
    COMMENTS,
    FLAG,
    IDENT,
    OF,
    OPERATOR,
    STRING,
    WORDS,
    numbers,
    plain,
)

STATES = frozenset("any-link checked disabled empty enabled link optional required root scope".split())
UNTOUCHED = frozenset(
    "active autofill focus focus-visible focus-within fullscreen hover modal popover-open target visited".split()
)
"""What no element is while nobody uses the page."""
LOGICAL: dict[str, Literal["is", "not", "has"]] = {"is": "is", "where": "is", "not": "not", "has": "has"}
PLACES: dict[str, tuple[Side, int]] = {
    "first-child": ("child", 1),
    "last-child": ("last-child", 1),
    "first-of-type": ("of-type", 1),
    "last-of-type": ("last-of-type", 1),
}
NTH: dict[str, Side] = {
    "nth-child": "child",
    "nth-last-child": "last-child",
    "nth-of-type": "of-type",
    "nth-last-of-type": "last-of-type",
}
MAX_NESTED = 20
MAX_LENGTH = 10_000
"""Characters of a pattern."""


def read_css(pattern: str) -> tuple[Complex, ...]:
    """Return the selectors of a list, in which elements may have prefixes. Raises PatternError."""
    if len(pattern) > MAX_LENGTH:
        raise PatternError(f"this CSS selector has more than {MAX_LENGTH:,} characters")
    reader = _Reader(pattern)
    return tuple(reader.read_list(""))


class _Reader:
    """A place in a pattern, moved on by what is read there."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._at, self._nested, self._in_has = pattern, 0, 0, False

    def read_list(self, end: str, *, is_relative: bool = False) -> Iterator[Complex]:
        """Yield selectors up to the end: a bracket, or that of the pattern."""
        while True:
            yield self._read_complex(end, is_relative=is_relative)
            if not self._takes(","):
                break
        if (end and not self._takes(end)) or (not end and self._at < len(self._pattern)):
            self._refuse(f"expected {end!r}" if end else "expected a combinator or the end")

    def _read_complex(self, end: str, *, is_relative: bool) -> Complex:
        self._match(BLANK)
        first: Combinator = ""
        if is_relative:
            first = self._match(COMBINATOR) or " "  # type: ignore[assignment]
            self._match(BLANK)
        steps: list[tuple[Combinator, Compound]] = [(first, self._read_compound())]
        while True:
            gap = self._match(BLANK)
            if self._at == len(self._pattern) or self._pattern[self._at] in ("," + end):
                return Complex(tuple(steps))
            combinator = self._match(COMBINATOR) or (" " if gap else "")
            if not combinator:
                self._refuse("expected a combinator or the end")
            self._match(BLANK)
            steps.append((combinator, self._read_compound()))  # type: ignore[arg-type]

    def _read_compound(self) -> Compound:
        start = self._at
        prefix, tag = self._read_tag()
        tests: list[Test] = []
        while True:
            self._match(COMMENTS)
            sign = self._pattern[self._at : self._at + 1]
            if sign == "#":
                self._at += 1
                tests.append(Id(self._need(IDENT, "a name behind #")))
            elif sign == ".":
                self._at += 1
                tests.append(Class(self._need(IDENT, "a name behind .")))
            elif sign == "[":
                self._at += 1
                tests.append(self._read_attribute())
            elif sign == ":":
                self._at += 1
                tests += self._read_pseudo()
            else:
                break
        if self._at == start:
            is_child = self._pattern[: self._at + 1].lstrip() in ("+", "~", ">")
            self._refuse("expected a selector" + is_child * "; of what stands right in the item say :scope > …")
        return Compound(tag, tuple(tests), prefix)

    def _read_tag(self) -> tuple[str | None, str | None]:
        """Return the prefix and the name of an element."""
        if self._pattern.startswith("|", self._at):
            self._refuse("no element of a page is in no namespace; leave out the |")
        if self._takes("*"):
            name = None
        elif (found := self._match(IDENT)) is not None:
            name = plain(found)
        else:
            return None, None
        if self._pattern.startswith("|", self._at) and not self._pattern.startswith("|=", self._at):
            self._at += 1
            return name, None if self._takes("*") else self._need(IDENT, "the name of an element")
        return None, name

    def _read_attribute(self) -> Attribute:
        self._match(BLANK)
        any_namespace = self._takes("*|")
        if not any_namespace:
            self._takes("|")
        name = self._need(IDENT, "the name of an attribute")
        if self._pattern.startswith("|", self._at) and not self._pattern.startswith("|=", self._at):
            self._refuse(f"no namespace is called {name!r} here; write *| or nothing")
        self._match(BLANK)
        if self._takes("]"):
            return Attribute(name, any_namespace)
        operator = self._need(OPERATOR, "one of = ~= |= ^= $= *= or ]")
        self._match(BLANK)
        value = self._read_text()
        self._match(BLANK)
        flag = (self._match(FLAG) or "").lower()
        self._match(BLANK)
        if not self._takes("]"):
            self._refuse("expected ]")
        return Attribute(name, any_namespace, operator, value, flag)  # type: ignore[arg-type]

    def _read_text(self) -> str:
        """Return a text in quotes, or a name."""
        found = STRING.match(self._pattern, self._at)
        if found is None:
            return self._need(IDENT, "a name or a text in quotes")
        self._at = found.end()
        return plain(found["text"])

    def _read_pseudo(self) -> list[Test]:
        start = self._at - 1
        if self._takes(":"):
            name = self._match(IDENT) or ""
            self._refuse(f"::{name} is no element; say `get: text` or `attr: NAME`", start)
        name = self._need(IDENT, "a name behind :").lower()
        if self._takes("("):
            return self._read_function(name, start)
        if name in STATES:
            return [State(name)]
        if name in UNTOUCHED:
            return [Logical("is", ())]
        if name in PLACES:
            side, offset = PLACES[name]
            return [Nth(side, 0, offset)]
        if name in ("only-child", "only-of-type"):
            kind = name.removeprefix("only-")
            return [Nth(kind, 0, 1), Nth(f"last-{kind}", 0, 1)]  # type: ignore[arg-type]
        needs_more = name in LOGICAL or name in NTH or name in ("contains", "lang")
        return self._refuse(f"expected ( behind :{name}" if needs_more else f"unknown pseudo-class :{name}", start)

    def _read_function(self, name: str, start: int) -> list[Test]:
        if self._nested >= MAX_NESTED:
            self._refuse(f"more than {MAX_NESTED} brackets inside each other")
        self._nested += 1
        self._match(BLANK)
        test: Test
        if name in LOGICAL:
            test = self._read_logical(LOGICAL[name], start)
        elif name in NTH:
            test = self._read_nth(NTH[name])
        elif name == "contains":
            test = Contains(self._read_words())
        elif name == "lang":
            test = Lang(tuple(self._read_tags()))
        else:
            self._refuse(f"unknown pseudo-class :{name}()", start)
        self._nested -= 1
        return [test]

    def _read_logical(self, name: Literal["is", "not", "has"], start: int) -> Logical:
        if name == "is" and self._takes(")"):
            return Logical(name, ())
        if name != "has":
            return Logical(name, tuple(self.read_list(")")))
        if self._in_has:
            self._refuse(":has() inside :has()", start)
        self._in_has = True
        selectors = tuple(self.read_list(")", is_relative=True))
        self._in_has = False
        return Logical(name, selectors)

    def _read_nth(self, side: Side) -> Nth:
        found = AN_PLUS_B.match(self._pattern, self._at)
        if found is None:
            self._refuse("expected a number, even, odd or such as 2n+1")
        self._at = found.end()
        step, offset = numbers(found)
        self._match(BLANK)
        if self._takes(")"):
            return Nth(side, step, offset)
        if side.endswith("type") or self._match(OF) is None:
            self._refuse("expected )")
        return Nth(side, step, offset, tuple(self.read_list(")")))

    def _read_words(self) -> str:
        """Return the text of a `:contains()`: in quotes, or as it stands there."""
        bare = WORDS.match(self._pattern, self._at)
        text = self._read_text() if bare is None else bare.group().strip()
        self._at = self._at if bare is None else bare.end()
        self._match(BLANK)
        if not self._takes(")"):
            self._refuse("expected )")
        return text

    def _read_tags(self) -> Iterator[str]:
        while True:
            self._match(BLANK)
            at, tag = self._at, self._read_text()
            if not regex.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", tag):
                self._refuse("expected a language such as de or pt-BR", at)
            yield tag
            self._match(BLANK)
            if not self._takes(","):
                break
        if not self._takes(")"):
            self._refuse("expected )")

    # ----------------------------------------------------------------------- signs

    def _match(self, pattern: regex.Pattern[str]) -> str | None:
        found = pattern.match(self._pattern, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found.group()

    def _need(self, pattern: regex.Pattern[str], what: str) -> str:
        found = self._match(pattern)
        if found is None:
            self._refuse(f"expected {what}")
        return plain(found)

    def _takes(self, sign: str) -> bool:
        if not self._pattern.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _refuse(self, why: str, at: int | None = None) -> NoReturn:
        at = self._at if at is None else at
        raise PatternError(f"{self._pattern!r} is no CSS selector: {why}, at character {at + 1}")
