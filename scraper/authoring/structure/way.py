"""A way to an element, step by step, and how it is written as CSS or as XPath."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Test = tuple[str, str, str]
"""(what, name, value): `("=", "itemprop", "price")`, `(".", "", "price")`, `("nth", "of-type", "2")`.

Of `child` and `no child` the name is CSS of what stands in the element, the value the same in XPath.
"""


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

    def asking(self, test: Test) -> Way:
        """Return a way that asks more of the element that it leads to."""
        *before, last = self.steps
        return Way((*before, replace(last, tests=(*last.tests, test))))

    def css(self) -> str:
        """Return it as CSS."""
        text = ""
        for step in self.steps:
            text += {" ": " ", ">": " > ", "+": " + "}[step.combinator] if text else ""
            text += _css_tag(step) + "".join(css_test(test) for test in step.tests)
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
            found += "".join(xpath_test(test) for test in step.tests)
        return found


def _css_tag(step: Step) -> str:
    speaks = step.tests and step.tests[0][0] in (".", "#", "=")
    return step.tag if step.tag or speaks else "*" if not step.tests else ""


def css_test(test: Test) -> str:
    """Return a test as CSS, to stand behind the tag."""
    what, name, value = test
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
        case "child":
            return f":has(> {name})"
        case "no child":
            return f":not(:has(> {name}))"
        case "no class":
            return f":not(.{value})"
        case _:
            sign = what if what == "=" else f"{what}="
            return f'[{name}{sign}"{value}"]'


def xpath_test(test: Test) -> str:
    """Return a test as XPath, to stand behind the tag."""
    what, name, value = test
    match what:
        case ".":
            return f"[has-class('{value}')]"
        case "class":
            return f"[@class='{value}']"
        case "#":
            return f"[@id='{value}']"
        case "has":
            return f"[@{name}]"
        case "child":
            return f"[{value}]"
        case "no child":
            return f"[not({value})]"
        case "no class":
            return f"[not(has-class('{value}'))]"
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
