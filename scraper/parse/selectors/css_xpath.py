"""Say a CSS selector in XPath 1.0, for trees that know no CSS and for what turbohtml's own selectors cannot say.

A selector finds what lies below the item; elements around the item help it only inside brackets (`:is(ul .a)`), as in a
browser. `:scope` is the item wherever it stands, and the root on a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from scraper.errors import PatternError
from scraper.job.late import late_regex
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
    State,
    Test,
)
from scraper.parse.selectors.html_names import CAPITALS, CASELESS, NEVER_REQUIRED, PREFIXED
from scraper.parse.selectors.namespaces import Namespaces

Dialect = Literal["html5", "html", "xml"]
"""Trees with namespaces as the HTML standard builds them; trees of HTML without; XML, where case counts."""

SCOPE = "scope"
"""The variable that is the item."""
HOLDS, PLACE = "scraper-holds", "scraper-place"
"""The functions that a tree's own module brings: (elements, text) → bool; (is from the end) → number among its type."""

_AXES: dict[Combinator, str] = {" ": "descendant::", ">": "child::", "~": "following-sibling::"}
_BACK: dict[Combinator, str] = {
    " ": "ancestor::",
    ">": "parent::",
    "+": "preceding-sibling::*[1]/self::",
    "~": "preceding-sibling::",
}
_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_is_plain = late_regex(r"[A-Za-z_][A-Za-z0-9_-]*")
_blank = late_regex(r"[ \t\n\r\f]")
_UNSEEN = "descendant::script or descendant::style or descendant::noscript"
"""Elements whose text may stand in the middle of a word; without them the words of a text are quickly missed."""
_FOREIGN, _OF_HTML = "namespace-uri() != ''", "namespace-uri() = ''"
_IN_LEGEND = "count(ancestor::legend[not(preceding-sibling::legend)]/parent::fieldset[@disabled])"
_OFF = f"@disabled or count(ancestor::fieldset[@disabled]) > {_IN_LEGEND}"
_DISABLED = (
    f"((self::button or self::input or self::select or self::textarea or self::fieldset) and ({_OFF})"
    f" or self::optgroup[@disabled or ancestor::select[{_OFF}]]"
    f" or self::option[@disabled or parent::optgroup[@disabled] or ancestor::select[{_OFF}]])"
)
_CONTROLS = " or ".join(f"self::{name}" for name in "button input select textarea fieldset optgroup option".split())


def to_xpath(
    selectors: Sequence[Complex], dialect: Dialect, *, is_page: bool, namespaces: Namespaces | None = None
) -> str:
    """Return an expression that finds what a list of selectors finds, read from the item or the root of a page."""
    writer = _Writer(dialect, namespaces or Namespaces())
    return " | ".join(writer.path(one, "descendant-or-self::" if is_page else "descendant::") for one in selectors)


def uses_scope(path: str) -> bool:
    """Return whether an expression needs the variable."""
    return f"${SCOPE}" in path


def literal(text: str) -> str:
    """Return a text as XPath writes it.

    >>> print(literal("a"), literal("it's"), literal('"'), literal('"it\\'s"'))
    'a' "it's" '"' concat('"it', "'", 's"')
    """
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    return "concat(" + """, "'", """.join(f"'{piece}'" for piece in text.split("'")) + ")"


class _Writer:
    """The words of one dialect."""

    def __init__(self, dialect: Dialect, namespaces: Namespaces) -> None:
        self._dialect: Dialect = dialect
        self._namespaces = namespaces

    def path(self, selector: Complex, axis: str) -> str:
        """Return the way from an element forward to what a selector finds."""
        (combinator, first), *rest = selector.steps
        if combinator:
            pieces = [self._step(combinator, first)]
        elif first.is_scope:
            pieces = [f"self::{self._compound(first)}"]
        else:
            pieces = [axis + self._compound(first)]
        return "/".join([*pieces, *(self._step(combinator, compound) for combinator, compound in rest)])

    def _step(self, combinator: Combinator, compound: Compound) -> str:
        if combinator == "+":
            return f"following-sibling::*[1]/self::{self._compound(compound)}"
        return _AXES[combinator] + self._compound(compound)

    def _is(self, selector: Complex) -> str:
        """Return what is true of an element that a selector finds, whatever it is read from."""
        (combinator, compound), *before = reversed(selector.steps)
        found = f"self::{self._compound(compound)}"
        for before_combinator, compound in before:
            found += f"/{_BACK[combinator]}{self._compound(compound)}"
            combinator = before_combinator
        return found

    def _compound(self, compound: Compound) -> str:
        name, conditions = self._tag(compound.prefix, compound.tag)
        conditions += [self._test(test, name) for test in compound.tests]
        return name + "".join(f"[{condition}]" for condition in conditions)

    def _tag(self, prefix: str | None, tag: str | None) -> tuple[str, list[str]]:
        """Return the test of a name, and what it cannot say."""
        if prefix is not None:
            if self._dialect != "xml":
                raise PatternError(f"no namespace is called {prefix!r} here; prefixes are for parser: xml")
            named = [] if tag is None else [f"local-name() = {literal(tag)}"]
            return "*", [self._namespaces.element(prefix), *named]
        if tag is None:
            return "*", []
        name = tag if self._dialect == "xml" else tag.lower()
        if self._dialect == "html5" and name in CAPITALS:
            return "*", [f"self::{name} or self::{CAPITALS[name]}"]
        return (name, []) if _is_plain.fullmatch(name) else ("*", [f"name() = {literal(name)}"])

    def _test(self, test: Test, name: str) -> str:
        match test:
            case Id(value):
                return f"@id = {literal(value)}"
            case Class(value):
                return self._value("@class", "~=", value)
            case Attribute():
                return self._attribute(test)
            case Nth():
                return self._nth(test, name)
            case Logical(kind, selectors):
                ways = [self.path(one, "") if kind == "has" else self._is(one) for one in selectors]
                either = " or ".join(ways) or "false()"
                return f"not({either})" if kind == "not" else f"({either})"
            case Contains(text):
                words = " and ".join(f"contains(., {literal(word)})" for word in text.split()) or "true()"
                return f"({words} or {_UNSEEN}) and {HOLDS}(., {literal(text)})"
            case Lang(tags):
                wanted = " or ".join(self._value(_lowered("@lang"), "|=", tag.lower()) for tag in tags)
                return f"ancestor-or-self::*[@lang][1][{wanted}]"
            case State(state):
                return self._state(state)

    # ----------------------------------------------------------------------- attributes

    def _attribute(self, test: Attribute) -> str:
        nodes = " | ".join(self._attribute_nodes(test.name, any_namespace=test.any_namespace))
        if not test.operator:
            return nodes if "|" not in nodes else f"({nodes})"
        if test.flag or self._dialect == "xml" or test.name.lower() not in CASELESS:
            return self._compared(nodes, test, is_caseless=test.flag == "i")
        caseless = self._compared(nodes, test, is_caseless=True)
        if self._dialect == "html":
            return caseless
        return f"({self._compared(nodes, test, is_caseless=False)} or {_OF_HTML} and {caseless})"

    def _compared(self, nodes: str, test: Attribute, *, is_caseless: bool) -> str:
        is_single = "|" not in nodes and "/" not in nodes
        value = nodes if is_single else "."
        wanted = test.value
        if is_caseless:
            value, wanted = _lowered(value), _ascii_lowered(wanted)
        condition = self._value(value, test.operator, wanted)
        return f"{nodes} and {condition}" if is_single else f"({nodes})[{condition}]"

    def _attribute_nodes(self, name: str, *, any_namespace: bool) -> list[str]:
        """Return where an attribute of that name may be."""
        if self._dialect == "xml":
            return [_named(name)]
        lower = name.lower()
        if self._dialect == "html":
            among = [one for one in sorted(PREFIXED) if any_namespace and one.endswith(f":{lower}")]
            return [_named(lower), *map(_named, among)]
        nodes = [f"self::*[{_OF_HTML}]/{_named(lower)}" if lower in PREFIXED else _named(lower)]
        if lower in CAPITALS:
            nodes.append(_named(CAPITALS[lower]))
        if any_namespace:
            nodes += [f"self::*[{_FOREIGN}]/{_named(one)}" for one in sorted(PREFIXED) if one.endswith(f":{lower}")]
        return nodes

    def _value(self, value: str, operator: str, wanted: str) -> str:
        """Return what an operator asks of a value."""
        text = literal(wanted)
        if operator == "=":
            return f"{value} = {text}"
        if operator == "|=":
            return f"({value} = {text} or starts-with({value}, {literal(wanted + '-')}))"
        if not wanted or (operator == "~=" and _blank.search(wanted)):
            return "false()"
        if operator == "~=":
            blanks = "\t\n\r\f" if self._dialect == "html5" else "\t\n\r"
            spaced = f"translate({value}, '{blanks}', '{' ' * len(blanks)}')"
            return f"contains(concat(' ', {spaced}, ' '), {literal(f' {wanted} ')})"
        if operator == "^=":
            return f"starts-with({value}, {text})"
        if operator == "$=":
            return f"substring({value}, string-length({value}) - {len(wanted) - 1}) = {text}"
        return f"contains({value}, {text})"

    # ----------------------------------------------------------------------- places and states

    def _nth(self, test: Nth, name: str) -> str:
        axis = "following-sibling::" if test.side.startswith("last") else "preceding-sibling::"
        if test.side.endswith("child"):
            among = " or ".join(map(self._is, test.of))
            before = f"count({axis}*[{among}])" if among else f"count({axis}*)"
            place = _placed(before, test.step, test.offset)
            return f"({among}) and {place}" if among else place
        if name == "*":
            count = f"({PLACE}({'true()' if test.side.startswith('last') else 'false()'}) - 1)"
        else:
            count = f"count({axis}{name})"
        return _placed(count, test.step, test.offset)

    def _state(self, name: str) -> str:
        if name == "scope":
            return f"count(. | ${SCOPE}) = 1"
        if name == "root":
            return "not(parent::*)"
        if name == "empty":
            return "not(*) and not(text())"
        if self._dialect == "xml":
            return "false()"  # HTML's alone
        return self._html_state(name)

    def _html_state(self, name: str) -> str:
        kind = _lowered("@type")
        match name:
            case "checked":
                boxes = f"self::input and @checked and ({kind} = 'checkbox' or {kind} = 'radio')"
                return f"({boxes} or self::option and @selected)"
            case "disabled":
                return _DISABLED
            case "enabled":
                return f"({_CONTROLS}) and not({_DISABLED})"
            case "required" | "optional":
                others = " or ".join(f"{kind} = '{one}'" for one in NEVER_REQUIRED)
                required = f"(self::select or self::textarea or self::input[not({others})]) and @required"
                controls = "self::select or self::textarea or self::input or self::button"
                return required if name == "required" else f"({controls}) and not({required})"
            case _:
                links = "(self::a or self::area) and @href"
                if self._dialect == "html":
                    return f"({links})"
                return f"({links} or self::a[{_FOREIGN}][{_named('xlink:href')}])"


def _named(name: str) -> str:
    return f"@{name}" if _is_plain.fullmatch(name) else f"@*[name() = {literal(name)}]"


def _lowered(value: str) -> str:
    return f"translate({value}, '{_UPPER}', '{_LOWER}')"


def _ascii_lowered(text: str) -> str:
    return text.translate(str.maketrans(_UPPER, _LOWER))


def _placed(before: str, step: int, offset: int) -> str:
    """Return what is true if so many stand before an element: one less than `step` × n + `offset` for some n."""
    first = offset - 1
    if step == 0:
        return f"{before} = {first}"
    if step > 0:
        least = f"{before} >= {first} and " if first > 0 else ""
        return f"({least}({before} - {first}) mod {step} = 0)" if step > 1 else f"{before} >= {first}"
    most = f"{before} <= {first}"
    return f"({most} and ({first} - {before}) mod {-step} = 0)" if step < -1 else most
