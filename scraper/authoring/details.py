"""Find what a page says of one thing, each by its label: rows of tables, `<dl>`, `<strong>Weight:</strong> 900 g`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import regex
from msgspec import Struct

from scraper.authoring.structure.candidates import Element
from scraper.authoring.structure.regions import is_around
from scraper.parse.trees.text import own_text, text

LONGEST = 40
"""Characters of a label."""
LABELS = ("strong", "b", "th", "h5", "h6")
MOST = 40
"""Details of one thing; more are a list of things."""
PAIRED = 3
"""Pairs of one form from which the first is taken for the label of the second, without a colon."""


class Detail(Struct, frozen=True):
    """A label and what stands behind it."""

    caption: str
    keys: dict[str, Any]
    """What a config says to read the value."""
    value: str
    element: Element
    """What holds both, or the label where nothing does."""


def details_of(root: Element) -> list[Detail]:
    """Return the details of a page in its order; a label that is there twice tells of no one thing."""
    found = [detail for element in root.iter() if isinstance(element.tag, str) for detail in _of(element)]
    found += _of_pairs(root)
    if len(found) > MOST:
        return []
    count = Counter(detail.caption.lower() for detail in found)
    return [one for one in found if count[one.caption.lower()] == 1 and one.value and not is_around(one.element)]


def _of(element: Element) -> Iterator[Detail]:
    if element.tag == "tr":
        yield from _of_row(element)
    elif element.tag == "dt":
        yield from of_term(element)
    elif element.tag in ("p", "li", "div", "span", "td"):
        yield from _of_line(element)


def _of_row(row: Element) -> Iterator[Detail]:
    """Yield a row of a table with a name and a value: a head, or a label that ends as one."""
    cells = [cell.tag for cell in row]
    caption = _caption(text(row[0])) if len(row) == 2 else ""
    if caption and (cells == ["th", "td"] or (cells == ["td", "td"] and _is_label(row[0]))):
        place = "td" if cells[0] == "th" else "td[2]"
        yield Detail(caption, {"xpath": f"//tr[{cells[0]}[1]{_says(row[0])}]/{place}"}, text(row[1]), row)


def of_term(term: Element) -> Iterator[Detail]:
    """Yield what stands behind the term of a `<dl>`."""
    value = term.getnext()
    caption, said = _caption(text(term)), text(term)
    if value is not None and value.tag == "dd" and caption and '"' not in said:
        keys = {"xpath": f"//dt{_says(term)}/following-sibling::dd[1]"}
        yield Detail(caption, keys, text(value), value)


def _of_line(line: Element) -> Iterator[Detail]:
    """Yield the labels in a line with the texts behind them."""
    labels = [child for child in line if child.tag in LABELS and _is_said_as_label(child)]
    for label in labels:
        said, caption = text(label), _caption(text(label))
        value = _clean(label.tail or "")
        if not caption or '"' in said:
            continue
        if value:
            is_alone = len(labels) == 1 and _clean(own_text(line)) == value
            keys = _alone(line, label) if is_alone else _behind(label, "text()")
            yield Detail(caption, _without_colon(keys, label), value, line if is_alone else label)
        elif label.getnext() is not None and label.getnext().tag in ("a", "span", "time") and text(label.getnext()):
            yield Detail(caption, _behind(label, "*"), text(label.getnext()), label)


def _alone(line: Element, label: Element) -> dict[str, Any]:
    return {"xpath": f"//{line.tag}[{label.tag}{_says(label)}]", "get": "own_text"}


def _behind(label: Element, what: str) -> dict[str, Any]:
    return {"xpath": f"//{label.tag}{_says(label)}/following-sibling::{what}[1]"}


def _without_colon(keys: dict[str, Any], label: Element) -> dict[str, Any]:
    """Return how a value is read of which a colon stands before it and not in its label."""
    mark = regex.match(r"\s*([:：])", label.tail or "")
    return {**keys, "steps": [{"remove_prefix": mark[1]}, "strip"]} if mark else keys


def _of_pairs(root: Element) -> list[Detail]:
    """Return pairs of elements of one form, of which there are several in a row: label and value by their classes."""
    forms: dict[tuple[Any, ...], list[Element]] = {}
    for element in root.iter("div", "li", "p"):
        if len(element) == 2 and all(child.get("class") and not len(child) for child in element):
            names = [child.get("class", "").split()[0] for child in element]
            if regex.search(r"(?i)label|key|term|caption|prop", names[0]):
                forms.setdefault((element.getparent(), element.tag, *names), []).append(element)
    return [
        Detail(
            caption,
            {"xpath": f'//{tag}/*[has-class("{one}")]{_says(row[0])}/../*[has-class("{two}")]'},
            text(row[1]),
            row,
        )
        for (_, tag, one, two), rows in forms.items()
        if len(rows) >= PAIRED
        for row in rows
        if (caption := _caption(text(row[0])))
    ]


def _says(label: Element) -> str:
    """Return the test of an XPath for the whole text of a label: `Price` is no `Unit price`."""
    said, written = text(label), "".join(label.itertext())
    if " ".join(regex.split(r"[ \t\n\r]+", written)).strip(" ") == said:
        return f'[normalize-space()="{said}"]'
    if " ".join(written.split()) == said:  # XPath knows no white space but those
        return f'[normalize-space(translate(., "\u00a0", " "))="{said}"]'
    return "".join(f'[contains(., "{word}")]' for word in said.split())


def _is_label(cell: Element) -> bool:
    """Return whether a cell is a label: it ends with a colon, or is bold as a whole."""
    said = text(cell)
    is_bold = len(cell) == 1 and cell[0].tag in LABELS and text(cell[0]) == said and not own_text(cell)
    return said.endswith((":", "：")) or is_bold


def _is_said_as_label(label: Element) -> bool:
    is_first = not _clean(label.getprevious().tail or "") if label.getprevious() is not None else True
    return is_first and (text(label).endswith((":", "：")) or bool(regex.match(r"\s*[:：]", label.tail or "")))


def _caption(said: str) -> str:
    caption = said.strip(" :：")
    is_short = len(caption) <= LONGEST and '"' not in caption
    return caption if is_short and regex.match(r"\p{L}", caption) else ""


def _clean(value: str) -> str:
    return " ".join(value.split()).lstrip(":：").strip()
