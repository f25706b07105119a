"""What a CSS selector asks for, the same for every parser: values that `css_reader` makes of a pattern."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Combinator = Literal["", " ", ">", "+", "~"]
Side = Literal["child", "last-child", "of-type", "last-of-type"]


class Id(Struct, frozen=True):
    value: str


class Class(Struct, frozen=True):
    value: str


class Attribute(Struct, frozen=True):
    """A test of an attribute; `operator` is "" where it need only be there."""

    name: str
    any_namespace: bool = False
    operator: Literal["", "=", "~=", "|=", "^=", "$=", "*="] = ""
    value: str = ""
    flag: Literal["", "i", "s"] = ""


class Nth(Struct, frozen=True):
    """The element's place among its brothers is `step` × n + `offset` for an n from 0 on."""

    side: Side
    step: int
    offset: int
    of: tuple[Complex, ...] = ()


class Logical(Struct, frozen=True):
    """One or none of these selectors is true of the element; `has`: it holds what they find."""

    name: Literal["is", "not", "has"]
    selectors: tuple[Complex, ...]


class Contains(Struct, frozen=True):
    """The element's text, as it reads, holds this one."""

    text: str


class Lang(Struct, frozen=True):
    """The element is in one of these languages."""

    tags: tuple[str, ...]


class State(Struct, frozen=True):
    """A pseudo-class without arguments."""

    name: str


Test = Id | Class | Attribute | Nth | Logical | Contains | Lang | State


class Compound(Struct, frozen=True):
    """What is asked of one element; `tag` is None for any, `prefix` for whatever namespace."""

    tag: str | None
    tests: tuple[Test, ...] = ()
    prefix: str | None = None

    @property
    def is_scope(self) -> bool:
        return State("scope") in self.tests


class Complex(Struct, frozen=True):
    """Compounds, each behind the combinator that leads to it; the first has one only in `:has()`."""

    steps: tuple[tuple[Combinator, Compound], ...]

    @property
    def subject(self) -> Compound:
        return self.steps[-1][1]
