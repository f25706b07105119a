"""A way to an element, step by step, and how it is written as CSS or as XPath."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Test = tuple[str, str, str]
"""(what, name, value): `("=", "itemprop", "price")`, `(".", "", "price")`, `("nth", "of-type", "2")`."""


class Step(Struct, frozen=True):
    """One element on the way: how it is reached from the one before, its tag and what it is tested for."""

    combinator: Literal[" ", ">", "+"]
    tag: str
    tests: tuple[Test, ...] = ()
    cost: float = 1.0
    """How little it says of what is meant."""


class Way(Struct, frozen=True):
    """A selector as steps; none is the item itself."""

    steps: tuple[Step, ...]

    @property
    def cost(self) -> float:
        """How far it is from what a person would write."""
        return sum(step.cost for step in self.steps) + 0.5 * max(0, len(self.steps) - 1)

    def css(self) -> str:
        """Return it as CSS."""
        text = ""
        for step in self.steps:
            text += {" ": " ", ">": " > ", "+": " + "}[step.combinator] if text else ""
            text += _css_tag(step) + "".join(_css_test(*test) for test in step.tests)
        return text

    def xpath(self) -> str:
        """Return it as XPath, read from an item."""
        found = "."
        for number, step in enumerate(self.steps):
            axis = "//" if step.combinator == " " or not number else "/"
            if step.combinator == "+" and number:
                found += f"/following-sibling::*[1][self::{step.tag}]" if step.tag else "/following-sibling::*[1]"
            else:
                found += f"{axis}{step.tag or '*'}"
            found += "".join(_xpath_test(*test) for test in step.tests)
        return found


def _css_tag(step: Step) -> str:
    speaks = step.tests and step.tests[0][0] in (".", "#", "=")
    return step.tag if step.tag or speaks else "*" if not step.tests else ""


def _css_test(what: str, name: str, value: str) -> str:
    match what:
        case ".":
            return f".{value}"
        case "#":
            return f"#{value}"
        case "has":
            return f"[{name}]"
        case "nth":
            return f":nth-{name}({value})"
        case "last":
            return f":last-{name}"
        case "contains":
            return f':contains("{value}")'
        case _:
            sign = what if what == "=" else f"{what}="
            return f'[{name}{sign}"{value}"]'


def _xpath_test(what: str, name: str, value: str) -> str:
    match what:
        case ".":
            return f"[has-class('{value}')]"
        case "class":
            return f"[@class='{value}']"
        case "#":
            return f"[@id='{value}']"
        case "has":
            return f"[@{name}]"
        case "nth":
            return f"[{value}]"
        case "last":
            return "[last()]"
        case "contains":
            return f"[contains(., '{value}')]"
        case "^":
            return f"[starts-with(@{name}, '{value}')]"
        case "$":
            return f"[substring(@{name}, string-length(@{name}) - {len(value) - 1}) = '{value}']"
        case "*":
            return f"[contains(@{name}, '{value}')]"
        case _:
            return f"[@{name}='{value}']"
