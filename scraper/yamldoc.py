"""Read and write YAML 1.2 with the place of every value: the only door to ruamel.yaml.

Only what JSON can say comes out: dict, list, str, int, float, bool, None. `no`, `on`, 12:30 and 2024-01-01 are text.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import regex
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scraper.errors import ConfigError, Problem

MAX_NODES = 200_000
"""More than any config that a person wrote; fewer than an alias bomb makes."""

MAX_DEPTH = 64
"""Levels of nesting; an alias inside itself has no end."""
PLAIN_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp", "value"})

Path = tuple[str | int, ...]
Place = tuple[int, int]

_int = regex.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+").fullmatch
_float = regex.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?").fullmatch
_words = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: value for value, name in ((True, "true"), (False, "false")) for word in (name, name.title(), name.upper())
}


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document as plain data, and where each part of it stands (line and column, from 1)."""

    data: Any
    file: str
    places: dict[Path, Place] = field(repr=False)
    key_places: dict[Path, Place] = field(repr=False)

    def where(self, path: Path) -> Place:
        """Return the place of a value, or of the nearest thing around it that has one."""
        return self._nearest(self.places, path)

    def key_where(self, path: Path) -> Place:
        """Return the place of the key that leads to a value, or of the value where it has no key."""
        return self.key_places.get(path) or self.where(path)

    @staticmethod
    def _nearest(places: dict[Path, Place], path: Path) -> Place:
        while path and path not in places:
            path = path[:-1]
        return places.get(path, (1, 1))


def load(text: str, file: str) -> Document:
    """Return the one document in a text, or raise ConfigError with every mistake that can be told."""
    reader = _Reader(file)
    try:
        nodes = list(YAML(typ="safe", pure=True).compose_all(io.StringIO(text)))
    except MarkedYAMLError as error:
        raise ConfigError([reader.problem_of(error)]) from None
    except (YAMLError, RecursionError) as error:
        raise ConfigError([Problem(file, 0, 0, "", f"this is not YAML: {error}")]) from None
    if len(nodes) != 1 or nodes[0] is None:
        what = "several documents (---)" if len(nodes) > 1 else "an empty file"
        raise ConfigError([Problem(file, 1, 1, "", f"expected one YAML document, got {what}")])
    data = reader.read(nodes[0], ())
    if reader.problems:
        raise ConfigError(reader.problems)
    return Document(data, file, reader.places, reader.key_places)


def dump(data: Any) -> str:
    """Return plain data as YAML, in block style and in its order."""
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    out = io.StringIO()
    writer.dump(data, out)
    return out.getvalue()


class _Reader:
    """Makes plain data of nodes and remembers the place of each."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Path, Place] = {}
        self.key_places: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self._count = 0

    def read(self, node: Node, path: Path) -> Any:
        self._count += 1
        if self._count > MAX_NODES or len(path) > MAX_DEPTH:
            much = f"more than {MAX_NODES} values or {MAX_DEPTH} levels: are aliases (*) repeated?"
            raise ConfigError([self._problem(node, path[:8], much)])
        self.places[path] = _place(node)
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, SequenceNode):
            return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        return self._mapping(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._complain(
                    key_node,
                    path,
                    "expected a name as key, got a list or mapping; quote a text that begins with [ or {",
                )
                continue
            key = key_node.value
            if key == "<<" and key_node.style is None:
                self._complain(key_node, path, "merge keys (<<) are no YAML 1.2; write the keys out")
            elif key in data:
                self._complain(key_node, (*path, key), "duplicate key; it stands a second time here")
            else:
                self.key_places[(*path, key)] = _place(key_node)
                data[key] = self.read(value_node, (*path, key))
        return data

    def _scalar(self, node: ScalarNode, path: Path) -> Any:
        tag, text = str(node.tag), node.value
        if tag.removeprefix("tag:yaml.org,2002:") not in PLAIN_TAGS:
            self._complain(node, path, f"tags such as {tag} are not allowed")
            return None
        if node.style is not None or tag == "tag:yaml.org,2002:str":
            return text
        if text in _words:
            return _words[text]
        if _int(text):
            return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        return float(text) if _float(text) else text

    def _complain(self, node: Node, path: Path, message: str) -> None:
        self.problems.append(self._problem(node, path, message))

    def _problem(self, node: Node, path: Path, message: str) -> Problem:
        return Problem(self.file, *_place(node), dotted(path), message)

    def problem_of(self, error: MarkedYAMLError) -> Problem:
        """Return a syntax error in one line."""
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(text) for text in (error.context, error.problem) if text)
        if "\\t" in what:
            what = "a tab stands where spaces are expected: YAML is indented with spaces"
        return Problem(
            self.file, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0, "", f"this is not YAML: {what}"
        )


def dotted(path: Path) -> str:
    """Return a path as people write it.

    >>> dotted(("pages", "hot", "start_urls", 0))
    'pages.hot.start_urls[0]'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _place(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1
