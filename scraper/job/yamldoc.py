"""Read and write YAML 1.2 with the place of every value: with `yamledit` the only door to ruamel.yaml.

Only what JSON can say comes out: dict, list, str, int, float, bool, None. `no`, `on`, 12:30 and 2024-01-01 are text.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Any

import regex
from msgspec import Struct, field
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scraper.errors import ConfigError, Problem
from scraper.job.discreet import Discreet
from scraper.job.late import late_regex

MAX_NODES = 200_000
"""More than any config that a person wrote; fewer than an alias bomb makes."""

MAX_DEPTH = 64
"""Levels of nesting; an alias inside itself has no end."""
MAX_DIGITS = 300
"""More than a float can say; far fewer than Python refuses to read (4300)."""
PLAIN_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp", "value"})

KeyPath = tuple[str | int, ...]
Place = tuple[int, int]

_int = regex.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+").fullmatch
_float = late_regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_surrogate = regex.compile(r"[\ud800-\udfff]").search
_name_of_yaml = late_regex(r"\b(alias|anchor|tag handle|tag) (?:'[^']*'|\"[^\"]*\")")
"""Matches what an unquoted text that begins with * & or ! is taken for: it may be a password."""
_words = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    word: value for value, name in ((True, "true"), (False, "false")) for word in (name, name.title(), name.upper())
}

HINTS = {
    "\\t": "a tab stands where spaces are expected: YAML is indented with spaces",
    "cannot start any token": "quote a text that begins with % @ or `",
    "alias": "quote a text that begins with *",
    "anchor": "quote a text that begins with &",
    "mapping values are not allowed": "quote a text that holds a colon and a blank",
    "unknown escape": "between double quotes \\ begins an escape; use single quotes",
    "expected <block end>": "is a line indented wrongly? Quote a text that begins with [ { or a quote",
    "expected ',' or": "close the bracket, or quote a text that begins with [ or {",
}
"""Signs in the messages of the YAML reader, and what to do."""


class Complaint(Struct, frozen=True):
    """A mistake in a document, before it is known where the thing stands."""

    path: KeyPath
    """Where the thing would stand if every short form were written out."""
    message: str
    is_key: bool = False
    """Whether it is the key that is wrong, and not its value."""


class Document(Discreet, frozen=True):
    """A YAML document as plain data, and where each part of it stands (line and column, from 1)."""

    hidden = frozenset({"places", "key_places", "spellings", "text"})

    data: Any
    file: str
    places: dict[KeyPath, Place]
    key_places: dict[KeyPath, Place]
    spellings: dict[KeyPath, str] = field(default_factory=dict)
    """Numbers that were not written as they are: 007, 3.10, 1e3."""
    problems: tuple[Problem, ...] = ()
    """Keys and values that were left out: duplicates, tags."""
    text: str = ""

    def where(self, path: KeyPath) -> Place:
        """Return the place of a value, or of the nearest thing around it that has one."""
        return self._nearest(self.places, path)

    def key_where(self, path: KeyPath) -> Place:
        """Return the place of the key that leads to a value, or of the value where it has no key."""
        return self.key_places.get(path) or self.where(path)

    def resolve(self, path: KeyPath) -> KeyPath:
        """Return the part of a path that the document spells out: short forms leave steps of it out."""
        data: Any = self.data
        found: KeyPath = ()
        for part in path:
            if holds(data, part):
                data, found = data[part], (*found, part)
        return found

    def problem(self, complaint: Complaint) -> Problem:
        """Return a complaint with its place: that of the value, or of its key where the value begins a new line."""
        path = self.resolve(complaint.path)
        key, place = self.key_where(path), self.where(path)
        if complaint.is_key or place[0] != key[0] or self.value(path) is None:
            place = key
        return Problem(self.file, *place, dotted(path), complaint.message + self._comment_hint(path))

    def _comment_hint(self, path: KeyPath) -> str:
        """Return the hint that a value is null because YAML took it for a comment."""
        line, column = self.key_where(path)
        rest = "".join(self.text.split("\n")[line - 1 : line])[column - 1 :]
        if self.value(path) is not None or not regex.match(r"[^#]*:\s+#", rest):
            return ""
        return "; quote a text that begins with #: YAML takes it for a comment"

    def value(self, path: KeyPath) -> Any:
        """Return what stands at a path."""
        data = self.data
        for part in path:
            data = data[part]
        return data

    @staticmethod
    def _nearest(places: dict[KeyPath, Place], path: KeyPath) -> Place:
        while path and path not in places:
            path = path[:-1]
        return places.get(path, (1, 1))


class Sections(Struct, frozen=True):
    """Where the sections of a document stand: what a section does not say itself, the top level says for all."""

    document: Document
    paths: Mapping[str, KeyPath]

    def __getitem__(self, name: str) -> KeyPath:
        return self.paths[name]

    def of(self, name: str, *keys: str | int) -> KeyPath:
        """Return the path of a value that holds for a section: its own, or that of the top level."""
        own = (*self.paths[name], *keys)
        return own if self.document.resolve(own) == own else keys


def load(text: str, file: str) -> Document:
    """Return the one document in a text, or raise ConfigError with every mistake that can be told."""
    document = read(text, file)
    if document.problems:
        raise ConfigError(document.problems)
    return document


def read(text: str, file: str) -> Document:
    """Return the one document in a text without what is wrong in it; ConfigError if it cannot be read at all."""
    reader = _Reader(file)
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # YAML 1.2 allows them, and the warning tells what may be a password
    try:
        nodes = list(yaml.compose_all(io.StringIO(text)))
    except MarkedYAMLError as error:
        raise ConfigError([reader.problem_of(error)]) from None
    except RecursionError:
        raise ConfigError([Problem(file, 0, 0, "", f"nested deeper than {MAX_DEPTH} levels")]) from None
    except YAMLError as error:
        what = str(error).partition("\n")[0]
        raise ConfigError([Problem(file, 0, 0, "", f"this is not YAML: {what}")]) from None
    if len(nodes) != 1 or nodes[0] is None:
        what = "several documents (---)" if len(nodes) > 1 else "an empty file"
        raise ConfigError([Problem(file, 1, 1, "", f"expected one YAML document, got {what}")])
    data = reader.read(nodes[0], ())
    return Document(data, file, reader.places, reader.key_places, reader.spellings, tuple(reader.problems), text)


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
        self.places: dict[KeyPath, Place] = {}
        self.key_places: dict[KeyPath, Place] = {}
        self.spellings: dict[KeyPath, str] = {}
        self.problems: list[Problem] = []
        self._count = 0

    def read(self, node: Node, path: KeyPath) -> Any:
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

    def _mapping(self, node: MappingNode, path: KeyPath) -> dict[str, Any]:
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
            if _surrogate(key):
                self._complain(key_node, path, "a key holds one half of a surrogate pair (\\uD800 to \\uDFFF)")
            elif key == "<<" and key_node.style is None:
                self._complain(key_node, path, "merge keys (<<) are no YAML 1.2; write the keys out")
            elif key in data:
                self._complain(key_node, (*path, key), "duplicate key; it stands a second time here")
            else:
                self.key_places[(*path, key)] = _place(key_node)
                data[key] = self.read(value_node, (*path, key))
        return data

    def _scalar(self, node: ScalarNode, path: KeyPath) -> Any:
        tag, text = str(node.tag), node.value
        if _surrogate(text):
            self._complain(node, path, "the text holds one half of a surrogate pair (\\uD800 to \\uDFFF)")
            return None
        if tag.removeprefix("tag:yaml.org,2002:") not in PLAIN_TAGS:
            self._complain(node, path, "tags (!…) are not allowed; quote a text that begins with !")
            return None
        if node.style is not None or tag == "tag:yaml.org,2002:str":
            return text
        if text in _words:
            return _words[text]
        if _int(text) and len(text) > MAX_DIGITS:
            self._complain(node, path, f"a number of more than {MAX_DIGITS} digits; quote it to make it text")
        elif _int(text):
            return self._spelled(int(text, 0) if text[:2] in ("0x", "0o") else int(text), text, path)
        elif _float.fullmatch(text) and math.isinf(float(text)):
            self._complain(node, path, "a number that is too large for a float; quote it to make it text")
        elif _float.fullmatch(text):
            return self._spelled(float(text), text, path)
        return text

    def _spelled(self, number: float, text: str, path: KeyPath) -> float:
        if str(number) != text:
            self.spellings[path] = text
        return number

    def _complain(self, node: Node, path: KeyPath, message: str) -> None:
        self.problems.append(self._problem(node, path, message))

    def _problem(self, node: Node, path: KeyPath, message: str) -> Problem:
        return Problem(self.file, *_place(node), dotted(path), message)

    def problem_of(self, error: MarkedYAMLError) -> Problem:
        """Return a syntax error in one line."""
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(text) for text in (error.context, error.problem) if text)
        what = _name_of_yaml.sub(r"\1", what)
        what = next((f"{what}; {hint}" for sign, hint in HINTS.items() if sign in what), what)
        return Problem(
            self.file, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0, "", f"this is not YAML: {what}"
        )


def holds(data: Any, part: str | int) -> bool:
    """Return whether a mapping has a key, or a list a place of this number."""
    return part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))


def dotted(path: KeyPath) -> str:
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
