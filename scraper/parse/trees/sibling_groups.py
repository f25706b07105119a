"""Make one item of an element and what stands behind it: a `dt` with its `dd`, a title row with its second row."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from lxml import etree

from scraper.parse.selectors.html_names import GROUP
from scraper.parse.trees.characters import allowed


def groups(items: Sequence[etree._Element]) -> list[etree._Element]:
    """Return for each item an element with copies of it and of its next siblings, up to the next item.

    What lies in an item inside belongs to that one's group, with all that follows it there.
    """
    every = set(items)
    found = []
    for item in items:
        group = etree.Element(GROUP)
        group.append(_copied(item, every))
        for sibling in item.itersiblings():
            if sibling in every:
                break
            group.append(_copied(sibling, every))
        found.append(group)
    return found


def _copied(element: etree._Element, items: AbstractSet[etree._Element]) -> etree._Element:
    """Return a copy without the items inside; each element is copied once, however deep items lie in items."""
    if not any(inner in items for inner in element.iterdescendants()):
        return copy.deepcopy(element)
    shell = etree.Element(
        str(element.tag), attrib={str(name): allowed(str(value)) for name, value in element.attrib.items()}
    )
    shell.text, shell.tail = allowed(element.text or ""), allowed(element.tail or "")
    for child in element:
        if child in items:
            break
        shell.append(_copied(child, items))
    return shell
