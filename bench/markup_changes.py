"""Change the markup of a page as sites do, with the same values in it: a function a change.

Each takes the tree of a page, the elements that the fields of a config read in it, by their names, and a source of
chance, which is a seed; it changes the tree in place.
"""

from __future__ import annotations

import copy
import itertools
import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lxml import etree

Element = Any
Targets = Mapping[str, list[Element]]
Change = Callable[[Element, Targets, Sequence[Element], random.Random], set[str]]
"""From the page, the elements of its fields, and its rows; the names of the fields that are no more."""
WORDS = (
    "amber basalt cedar delta ember fjord grove harbor inlet kelp lagoon maple north ochre plume quartz ridge".split()
)
NEAR = {
    "price": "cost", "title": "heading", "name": "label", "author": "byline", "score": "points", "star": "cast",
    "release": "date", "index": "position", "quote": "saying", "tag": "topic", "text": "body", "info": "facts",
}  # fmt: skip
TAGS = {
    "p": "div", "span": "em", "h3": "h2", "h2": "h3", "div": "section", "i": "b", "em": "span", "b": "strong",
    "small": "span", "li": "div", "dd": "li", "article": "div", "time": "span", "strong": "b", "ul": "div", "dl": "ul",
}  # fmt: skip


def rename_classes(page: Element, _: Targets, __: Sequence[Element], chance: random.Random) -> set[str]:
    """Call every class another word: half of them one that is near, half anything."""
    new: dict[str, str] = {}
    base = chance.random()

    def of(name: str) -> str:
        chance = random.Random(f"{base} {name}")
        near = next((re.sub(word, other, name) for word, other in NEAR.items() if word in name), None)
        return near if near and chance.random() < 0.5 else f"{chance.choice(WORDS)}-{chance.choice(WORDS)}"

    for node in page.iter(etree.Element):
        if names := (node.get("class") or "").split():
            node.set("class", " ".join(new.setdefault(name, of(name)) for name in names))
    return set()


def hash_classes(page: Element, _: Targets, __: Sequence[Element], chance: random.Random) -> set[str]:
    """Let a build tool make the classes: CSS modules, emotion or styled-components."""
    style = chance.choice(["module", "emotion", "styled"])
    new: dict[str, str] = {}
    base = chance.random()

    def of(name: str) -> str:
        chance = random.Random(f"{base} {name}")
        mark = "".join(chance.choice("abcdefghkmpqrstvwxyzABCDEFGHKMPQRSTVWXYZ0123456789") for _ in range(5))
        if style == "module":
            return f"{name.title().replace('-', '').replace('_', '')}_{name}__{mark}"
        if style == "emotion":
            return f"css-{mark.lower()}1"
        return f"sc-{mark}{mark[::-1][:2]}"

    for node in page.iter(etree.Element):
        if names := (node.get("class") or "").split():
            node.set("class", " ".join(new.setdefault(name, of(name)) for name in names))
    return set()


def change_tags(_: Element, targets: Targets, rows: Sequence[Element], chance: random.Random) -> set[str]:
    """Make other elements of those that the fields read, now and then of the rows."""
    chosen = set(rows) if chance.random() < 0.5 else set()
    chosen |= {node for nodes in targets.values() if chance.random() < 0.7 for node in nodes}
    for node in chosen:
        if node.tag not in ("a", "img", "html", "tr", "td"):
            node.tag = TAGS.get(node.tag, node.tag)
    return set()


def add_wrappers(_: Element, targets: Targets, __: Sequence[Element], chance: random.Random) -> set[str]:
    """Put an element around what the fields read, which takes its class over."""
    takes_class = chance.random() < 0.6
    name = f"{chance.choice(WORDS)}line"
    for node in _each(targets):
        parent = node.getparent()
        if parent is None or node.tag in ("tr", "td", "li", "dd", "dt", "html", "body"):
            continue
        wrapper = etree.Element("span")
        wrapper.set("class", name)
        wrapper.tail, node.tail = node.tail, None
        parent.replace(node, wrapper)
        wrapper.append(node)
        if takes_class and node.get("class"):
            del node.attrib["class"]
    return set()


def take_wrappers(_: Element, targets: Targets, rows: Sequence[Element], __: random.Random) -> set[str]:
    """Take away what stands around the fields inside their rows."""
    held = set(rows)
    for node in _each(targets):
        around = node.getparent()
        if (
            around is None
            or around in held
            or around.tag in ("tr", "td", "th", "body", "html", "table", "tbody", "ul", "dl")
        ):
            continue
        if around.getparent() is not None and not (around.text or "").strip() and len(around) <= 3:
            parent, place = around.getparent(), around.getparent().index(around)
            for child in reversed(list(around)):
                parent.insert(place, child)
            parent.remove(around)
    return set()


def change_order(_: Element, __: Targets, rows: Sequence[Element], chance: random.Random) -> set[str]:
    """Let the parts of the rows stand in another order."""
    orders: dict[int, list[int]] = {}
    for row in (row for row in rows if row.tag != "tr"):  # the cells of a table have their places by its headings
        parts = list(row)
        order = orders.setdefault(len(parts), chance.sample(range(len(parts)), len(parts)))
        for part in parts:
            row.remove(part)
        row.extend(parts[number] for number in order)
    return set()


def cards(_: Element, targets: Targets, rows: Sequence[Element], chance: random.Random) -> set[str]:
    """Make cards of tables and lists: a `div` with a class for each row, an element with a class for each cell."""
    word = chance.choice(WORDS)
    _repeat_spanning(rows, targets)
    names = {node: name for name, nodes in targets.items() for node in nodes}
    for row in rows:
        row.tag = "div"
        row.set("class", f"{word}-card")
        for number, part in enumerate(row):
            part.tag = part.tag if part.tag in ("a", "img", "time") else "div"
            part.set("class", f"{word}-{names.get(part, f'part{number}')}")
        around = row.getparent()
        while around is not None and around.tag in ("tbody", "table", "ul", "dl", "ol"):
            around.tag = "div"
            for rest in around.iterchildren("tr"):  # what stands between the rows, or belongs to them
                for part in (rest, *rest.iterchildren("td", "th")):
                    part.tag = "div"
            around = around.getparent()
    return set()


def _repeat_spanning(rows: Sequence[Element], targets: Targets) -> None:
    """Let a cell that stands for several rows stand in each of them."""
    for row in rows:
        for cell in row.findall("td[@rowspan]"):
            spanned = itertools.islice(row.itersiblings("tr"), int(cell.attrib.pop("rowspan")) - 1)
            for below in spanned:
                twin = copy.deepcopy(cell)
                below.insert(row.index(cell), twin)
                for nodes in (some for some in targets.values() if cell in some):
                    nodes.append(twin)


def text_to_attribute(_: Element, targets: Targets, __: Sequence[Element], chance: random.Random) -> set[str]:
    """Let one field stand in an attribute where its text was."""
    able = [
        name for name, nodes in targets.items() if all(not len(node) and (node.text or "").strip() for node in nodes)
    ]
    if able:
        attr = chance.choice(["title", "data-value", "data-label", "aria-label"])
        takes_class, base = chance.random() < 0.3, chance.random()
        nodes = targets[min(able, key=lambda one: random.Random(f"{base} {one}").random())]
        attr = f"data-{attr}" if any(attr in node.attrib for node in nodes) else attr  # that one is a value, too
        for node in nodes:
            node.set(attr, " ".join((node.text or "").split()))
            node.text = ""
            if takes_class:
                node.attrib.pop("class", None)
    return set()


def change_labels(page: Element, targets: Targets, _: Sequence[Element], chance: random.Random) -> set[str]:
    """Call what stands before the values by another name."""
    held = {node for nodes in targets.values() for node in nodes}
    base = chance.random()
    for node in page.iter("th", "dt", "b", "strong", "label"):
        if node not in held and not len(node) and node.text and len(node.text) < 30:
            word = random.Random(f"{base} {node.text}").choice(WORDS).title()
            node.text = f"{word}:" if node.text.rstrip().endswith(":") else word
    for nodes in targets.values():
        labels = [re.match(r"\s*([^\W\d]{2,20})([:：]\s*)(?=\S)", node.text or "") for node in nodes]
        for node, found in zip(nodes, labels, strict=True) if all(labels) else ():
            node.text = (
                {"主演": "演员", "上映时间": "首映"}.get(found[1], "Details") + found[2] + node.text[found.end() :]
            )
    return rename_classes(page, targets, _, random.Random(base))


def remove_field(_: Element, targets: Targets, rows: Sequence[Element], chance: random.Random) -> set[str]:
    """Take one field away."""
    held = {node for nodes in targets.values() for node in nodes}
    able = [
        name
        for name, nodes in targets.items()
        if nodes
        and not any(
            node in rows or (set(node.iterdescendants()) | set(node.iterancestors())) & (held - {node})
            for node in nodes
        )
        and not any(set(nodes) & set(others) for other, others in targets.items() if other != name)
    ]
    if not able:
        return set()
    base = chance.random()
    name = min(able, key=lambda one: random.Random(f"{base} {one}").random())
    for node in targets[name]:
        _drop(node)
    return {name}


def add_decoys(page: Element, targets: Targets, rows: Sequence[Element], chance: random.Random) -> set[str]:
    """Add what looks like the fields and is not: before them, and in a menu; and rename the classes."""
    able = [
        name
        for name, nodes in targets.items()
        if nodes and all(not len(node) and (node.text or "").strip() for node in nodes)
    ]
    base = chance.random()
    name = min(able, key=lambda one: random.Random(f"{base} {one}").random(), default="")
    for number, node in enumerate(targets.get(name, ())):
        parent = node.getparent()
        if parent is not None and node not in rows and node.tag not in ("td", "th"):
            decoy = etree.Element(node.tag)
            decoy.text = _like(node.text or "", number)
            decoy.set("class", "was")
            parent.insert(parent.index(node), decoy)
    body = page.find("body")
    if body is not None:
        menu = etree.Element("ul")
        menu.set("class", "menu")
        for number in range(12):
            link = etree.SubElement(etree.SubElement(menu, "li"), "a")
            link.set("href", f"/menu/{number}")
            link.text = f"{chance.choice(WORDS).title()} {chance.choice(WORDS)}"
        body.insert(0, menu)
    return rename_classes(page, targets, rows, random.Random(base))


CHANGES: dict[str, Change] = {
    "classes renamed": rename_classes,
    "classes hashed": hash_classes,
    "tags changed": change_tags,
    "wrappers added": add_wrappers,
    "wrappers taken": take_wrappers,
    "order changed": change_order,
    "table to cards": cards,
    "text to attribute": text_to_attribute,
    "label changed": change_labels,
    "field removed": remove_field,
    "decoys added": add_decoys,
}


def _each(targets: Targets) -> list[Element]:
    return list(dict.fromkeys(node for nodes in targets.values() for node in nodes))


def _drop(node: Element) -> None:
    parent, before = node.getparent(), node.getprevious()
    if parent is None:
        return
    if node.tag in ("td", "th"):
        node[:], node.text = [], None
        return
    if node.tail and before is not None:
        before.tail = (before.tail or "") + node.tail
    elif node.tail:
        parent.text = (parent.text or "") + node.tail
    parent.remove(node)


def _like(text: str, number: int) -> str:
    """Return another value of the same sort."""
    words = re.sub(
        r"[A-Za-z]+", lambda match: WORDS[(len(match[0]) + number) % len(WORDS)][: len(match[0])].title(), text
    )
    return re.sub(r"\d", lambda match: str((int(match[0]) * 7 + number + 3) % 10), words)
