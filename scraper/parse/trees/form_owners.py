"""Whose the controls of a page are: the forms of a page, each with its own (WHATWG HTML §4.10.17.3, "form owner").

A control is of the form that it names; else of the one that the parser had open when it came, though the tree has it
elsewhere, as in `<table><form><tr><td><input>`; else of the form around it. The tree does not tell what was open, but
the places of start and end tags in the source do.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from turbohtml import Element, Namespace, TokenType, tokenize

from scraper.parse.trees import html5
from scraper.parse.trees.html5_select import css

_CONTROLS = ("input", "button", "select", "textarea")
_forms, _named, _controls = css("form", is_page=True), css("[id]", is_page=True), css(", ".join(_CONTROLS))
_disabled = css(", ".join(f"fieldset[disabled] {tag}" for tag in _CONTROLS))
_not_disabled = css(", ".join(f"fieldset[disabled] > legend:first-of-type {tag}" for tag in _CONTROLS))


def forms(markup: str) -> list[tuple[Element, list[Element]]]:
    """Return the forms of a page, each with its controls in their order, without those that are disabled.

    Raises TooDeep and TooManyAttributes.
    """
    root = html5.parse(markup, has_places=True)
    found = _forms.find(root)
    names = {node.attr("id"): node for node in reversed(_named.find(root))}
    tokens = tokenize(markup, capture_attributes=False)
    ends = [(one.line, one.col) for one in tokens if one.type is TokenType.END_TAG and one.tag == "form"]
    off, on = set(_disabled.find(root)), set(_not_disabled.find(root))
    own: dict[Element, list[Element]] = {form: [] for form in found}
    for control in _controls.find(root):
        if control.namespace is not Namespace.HTML:
            continue
        named = control.attr("form")
        owner = _owner(control, found, ends) if named is None else names.get(named)
        if owner in own and control.attr("disabled") is None and (control not in off or control in on):
            own[owner].append(control)
    return list(own.items())


def _owner(control: Element, found: Sequence[Element], ends: Sequence[tuple[int, int]]) -> Element | None:
    """Return the form that was open when the control came, or that is around it."""
    place = _place(control)
    before = bisect_right(found, place, key=_place)  # a nested form is none, so the last one is what was opened last
    opened = found[before - 1] if before else None
    if opened is not None and bisect_right(ends, place) == bisect_right(ends, _place(opened)):
        return opened
    return next((one for one in control.ancestors if isinstance(one, Element) and one.tag == "form"), None)


def _place(node: Element) -> tuple[int, int]:
    """Return the line and the column of an element."""
    return node.source_line or 0, node.source_col or 0
