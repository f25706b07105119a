"""Change values in a YAML text and nothing else: comments, order, quoting and columns stay as somebody wrote them.

The places of all values are ruamel.yaml's; what is not changed is copied sign by sign.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Mapping
from typing import Any

import regex
from msgspec import Struct
from msgspec.structs import replace
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scraper.errors import ConfigError, Problem
from scraper.job.yamldoc import KeyPath, dotted

GONE = object()
"""As a new value: the key is taken away."""
_plain = regex.compile(r"[A-Za-z.][\w.>\- ]*(?<![ ])").fullmatch
_words = frozenset("true false null yes no on off y n".split())


class _Change(Struct, frozen=True):
    """So much of the text is replaced."""

    start: int
    end: int
    text: str


def edited(text: str, file: str, edits: Mapping[KeyPath, Mapping[str, Any]], short: str = "css") -> str:
    """Return a text with keys of some mappings set anew, those that are GONE taken away.

    `edits`: for each path, every short form written out, keys and values. A text where a mapping may stand is the
    value of the key `short`. Raises ConfigError for what cannot be changed in its place.
    """
    yaml = YAML(typ="safe", pure=True)
    root = yaml.compose(io.StringIO(text))
    changes = [
        replace(change, end=_last(text, change))
        for path, values in edits.items()
        for change in _changes(text, file, root, path, values, short)
    ]
    changes.sort(key=lambda one: (one.start, one.end), reverse=True)
    for later, earlier in itertools.pairwise(changes):
        if earlier.end > later.start:
            raise ConfigError(
                [Problem(file, 0, 0, "", "two changes touch the same place: is an alias (*) used there?")]
            )
    for change in changes:
        text = text[: change.start] + change.text + text[change.end :]
    return text


def _last(text: str, change: _Change) -> int:
    """Return where a change ends: a block scalar (| or >) holds the end of its line, which has to stay."""
    if not change.text or change.text.endswith("\n"):
        return change.end
    return change.start + len(text[change.start : change.end].rstrip())


def as_scalar(value: Any) -> str:
    """Return a text, number or plain list or mapping as YAML in one line.

    >>> as_scalar("h3 > a"), as_scalar("a[href]"), as_scalar("it's"), as_scalar([{"remove_prefix": "Cast:"}])
    ('h3 > a', "'a[href]'", "'it''s'", "[{remove_prefix: 'Cast:'}]")
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_scalar(key)}: {as_scalar(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_scalar, value)) + "]"
    if not isinstance(value, str):
        return json.dumps(value)
    if _plain(value) and value.lower() not in _words:
        return value
    return "'" + value.replace("'", "''") + "'" if value.isprintable() else json.dumps(value)


def _changes(
    text: str, file: str, root: Node | None, path: KeyPath, values: Mapping[str, Any], short: str
) -> list[_Change]:
    node = _at(root, path)
    if isinstance(node, ScalarNode):
        return [_of_scalar(node, values, short)]
    if not isinstance(node, MappingNode):
        raise ConfigError([Problem(file, 0, 0, dotted(path), "expected a text or a mapping to change")])
    if node.flow_style:
        return [*_in_flow(node, values)]
    return [*_in_block(text, node, values)]


def _at(node: Node | None, path: KeyPath) -> Node | None:
    """Return the node at a path; steps that a short form leaves out are left out."""
    for part in path:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == part), node)
        elif isinstance(node, SequenceNode) and part in range(len(node.value)):
            node = node.value[part]
    return node


def _of_scalar(node: ScalarNode, values: Mapping[str, Any], short: str) -> _Change:
    kept = {key: value for key, value in {short: node.value, **values}.items() if value is not GONE}
    new = _styled(kept[short], node) if kept.keys() == {short} else as_scalar(kept)
    return _Change(node.start_mark.index, _end(node), new)


def _styled(value: Any, old: Node) -> str:
    """Return a value as YAML, in the quotes of the old one if it can stand in them."""
    style = getattr(old, "style", None)
    if not isinstance(value, str) or not value.isprintable():
        return as_scalar(value)
    if style == "'":
        return "'" + value.replace("'", "''") + "'"
    if style == '"' and "\\" not in value and '"' not in value:
        return f'"{value}"'
    return as_scalar(value)


def _in_flow(node: MappingNode, values: Mapping[str, Any]) -> list[_Change]:
    changes, gone, added = _in_place(node, values)
    for name in gone:
        number = next(n for n, (key, _) in enumerate(node.value) if key.value == name)
        if number:
            changes.append(_Change(_end(node.value[number - 1][1]), _end(node.value[number][1]), ""))
        elif len(node.value) > 1:
            changes.append(_Change(node.value[0][0].start_mark.index, node.value[1][0].start_mark.index, ""))
    if added:
        place = _end(_anchor(node, values))
        changes.append(_Change(place, place, "".join(f", {entry}" for entry in added)))
    return changes


def _in_block(text: str, node: MappingNode, values: Mapping[str, Any]) -> list[_Change]:
    changes, gone, added = _in_place(node, values)
    indent = " " * node.value[0][0].start_mark.column
    for key, old in node.value:
        if key.value in gone:
            start = text.rfind("\n", 0, key.start_mark.index) + 1
            changes.append(_Change(start, _next_line(text, _end(old)), ""))
    if added:
        place = _next_line(text, _end(_anchor(node, values)))
        lines = "".join(f"{indent}{entry}\n" for entry in added)
        changes.append(_Change(place, place, lines if text[place - 1 : place] == "\n" else f"\n{lines}"))
    return changes


def _in_place(node: MappingNode, values: Mapping[str, Any]) -> tuple[list[_Change], list[str], list[str]]:
    """Return what changes where it stands, the keys that go, and the entries that come.

    A key that comes stands where one goes, as long as there is one.
    """
    entries = {key.value: (key, value) for key, value in node.value}
    gone = [name for name, value in values.items() if value is GONE and name in entries]
    added = [f"{as_scalar(n)}: {as_scalar(v)}" for n, v in values.items() if v is not GONE and n not in entries]
    kept = {name: value for name, value in values.items() if name in entries and value is not GONE}
    changes = [_Change(e.start_mark.index, _end(e), _styled(kept[n], e)) for n, (_, e) in entries.items() if n in kept]
    both = min(len(gone), len(added))
    for name, entry in zip(gone[:both], added[:both], strict=True):
        key, old = entries[name]
        changes.append(_Change(key.start_mark.index, _end(old), entry))
    return changes, gone[both:], added[both:]


def _anchor(node: MappingNode, values: Mapping[str, Any]) -> Node:
    """Return the value behind which new keys come: the first that is changed, or the first."""
    kept = [value for key, value in node.value if values.get(key.value, GONE) is not GONE]
    return kept[0] if kept else node.value[0][1]  # type: ignore[no-any-return]


def _end(node: Node) -> int:
    end: int = node.end_mark.index
    return end


def _next_line(text: str, place: int) -> int:
    """Return where the next line begins; the end of a text that has none."""
    found = text.find("\n", len(text[:place].rstrip()))
    return len(text) if found < 0 else found + 1
