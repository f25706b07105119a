"""Write trees as html5lib's tests do, a node a line, so that two of them can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator

from turbohtml import Comment, Element, Namespace, Node, Text, parse_fragment

from scraper.parse.trees import html5

PREFIXES = {Namespace.HTML: "", Namespace.SVG: "svg ", Namespace.MATHML: "math "}


def dump(root: Element) -> str:
    """Return the tree below an element of html5's."""
    return "\n".join(_lines(root, 0))


def _lines(node: Node, depth: int) -> Iterator[str]:
    indent = "| " + "  " * depth
    if isinstance(node, Text):
        yield indent + json.dumps(node.data, ensure_ascii=False)
    elif isinstance(node, Comment):
        yield f"{indent}<!-- {node.data} -->"
    elif isinstance(node, Element):
        yield f"{indent}<{PREFIXES[node.namespace]}{node.tag}>"
        yield from sorted(f"{indent}  {name}={_quoted(node.attr(name) or '')}" for name in node.attrs)
        if node.tag == "template" and node.namespace is Namespace.HTML:
            yield f"{indent}  content"
            yield from _contents(node, depth + 2)
        else:
            for child in node:
                yield from _lines(child, depth + 1)


def _contents(template: Element, depth: int) -> Iterator[str]:
    """Yield what a template holds, which is kept as markup."""
    fragment = parse_fragment(html5.inner_html(template), "template", positions=False)
    for inner in list(fragment.select("template")):
        if html5.is_outermost(inner):
            html5.pack(inner)
    for child in fragment:
        yield from _lines(child, depth)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
