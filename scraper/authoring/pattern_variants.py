"""Cut patterns into pieces, and make other patterns of them: one name exchanged, one condition less, only a beginning.

Nothing is understood beyond where a piece ends; what does not compile any more is for the caller to find out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import regex
from msgspec import Struct

NEAR = 0.6
"""Share of common letters from which one name may be meant by another."""
NEAREST = 3
SHORTEST_NAME = 3
_css = regex.compile(
    r"""(?<combinator>\s*[>+~]\s*|\s+)
    |(?<condition>[.#](?:[\w-]|\\.)+
        |\[(?:"[^"]*"|'[^']*'|[^\]"'])*\]
        |::?[\w-]+(?:\((?:"[^"]*"|'[^']*'|[^()"']|\([^()]*\))*\))?)
    |(?<tag>\*|(?:[\w-]|\\.)+)""",
    regex.VERBOSE,
)
_xpath = regex.compile(r"""/{1,2}|\[(?:"[^"]*"|'[^']*'|[^\[\]"']|\[[^\[\]]*\])*\]|[^/\[\]]+""")
_json = regex.compile(r"""\.?(?:\w+|"[^"]*")|\[[^\[\]]*\]|.""")
_regex = regex.compile(
    r"""(?<one>\\[pP]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|(?<group>\((?:(?&one)|[^()\\\[])*\))|[^()\\\[])
    (?:(?:[*+?]|\{\d*,?\d*\})[?+]?)?""",
    regex.VERBOSE | regex.DOTALL,
)
_gap = regex.compile(r"(?:\.|\[\\s\\S\]|\[\^.{1,2}\]|\\s|\s)[*+?]?\??")
_name = regex.compile(r"(?<![\\\w-])(?<sigil>[.#]?)(?<name>[\p{L}_][\w-]*)")


class Names(Struct, frozen=True):
    """The names that a page or a JSON text uses, which a misspelled one may mean."""

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    """Tags, attributes and short values of attributes; keys of JSON."""

    def near(self, name: str, sigil: str = "") -> list[str]:
        """Return the names that are most like one, which is none of them; `sigil` is CSS's . or #."""
        known = {".": self.classes, "#": self.ids}.get(sigil) or self.classes | self.ids | self.others
        if name in known:
            return []
        return difflib.get_close_matches(name, sorted(known), NEAREST, NEAR)


def renamed(pattern: str, names: Names) -> Iterator[str]:
    """Yield a pattern with one of its names exchanged for one that is like it, the most similar first.

    >>> list(renamed("p.scor", Names(classes=frozenset({"score", "star"}))))
    ['p.score']
    """
    found = []
    for match in _name.finditer(pattern):
        if len(match["name"]) < SHORTEST_NAME and not match["sigil"]:
            continue
        for near in names.near(match["name"], match["sigil"]):
            likeness = difflib.SequenceMatcher(None, match["name"], near).ratio()
            found.append((-likeness, pattern[: match.start("name")] + near + pattern[match.end("name") :]))
    yield from (text for _, text in sorted(found))


def loosened(css: str) -> Iterator[str]:
    """Yield a CSS selector with one demand less: a child that may be any descendant, a condition or a part dropped.

    >>> list(loosened("dl > dd.film"))
    ['dl dd.film', 'dl > .film', 'dl > dd', 'dd.film']
    """
    pieces = _pieces_of_css(css)
    for n, (kind, piece) in enumerate(pieces):
        if kind == "combinator" and piece.strip():
            yield _together(pieces[:n], [("combinator", " ")], pieces[n + 1 :])
    for wanted in ("tag", "condition"):
        for n, (kind, _) in enumerate(pieces):
            beside = [other for other, _ in pieces[max(n - 1, 0) : n] + pieces[n + 1 : n + 2]]
            if kind == wanted and any(other != "combinator" for other in beside):
                yield _together(pieces[:n], pieces[n + 1 :])
    for n, (kind, _) in enumerate(pieces):
        if kind == "combinator":
            yield _together(pieces[n + 1 :])


def beginnings(language: str, pattern: str) -> list[str]:
    """Return the shorter patterns that one begins with, the longest first; none if it is no simple one.

    >>> beginnings("css", "dl.board > dd p.name")
    ['dl.board > dd', 'dl.board']
    >>> beginnings("xpath", ".//p[@class='name']/a")
    [".//p[@class='name']", './/p']
    >>> beginnings("regex", r"<i>.*?(\\d+)</i>")[:3]
    ['<i>.*?(\\\\d+)</i', '<i>.*?(\\\\d+)</', '<i>.*?(\\\\d+)<']
    >>> beginnings("json", "data.items[].name")
    ['data.items[]', 'data.items', 'data']
    """
    if language == "css":
        pieces = _pieces_of_css(pattern)
        cuts = [n for n, (kind, _) in enumerate(pieces) if kind == "combinator"]
        return [_together(pieces[:n]) for n in reversed(cuts)]
    texts = _whole(pattern, {"xpath": _xpath, "json": _json}.get(language, _regex))
    if language == "regex" and "|" in texts:
        return []
    ends = [n for n in range(1, len(texts)) if _is_end(language, texts[n - 1])]
    found = ["".join(texts[:n]) for n in reversed(ends)]
    return [text for text in found if text.strip("./") and text != pattern]


def _is_end(language: str, piece: str) -> bool:
    """Return whether a beginning may end with this piece."""
    if language == "regex":
        return not _gap.fullmatch(piece)
    return bool(piece.strip("/.|&@ "))


def _pieces_of_css(css: str) -> list[tuple[str, str]]:
    """Return the pieces with their kinds, or none if it is no plain selector."""
    matches = list(_css.finditer(css.strip()))
    if "".join(match[0] for match in matches) != css.strip():
        return []
    return [(str(match.lastgroup), match[0]) for match in matches]


def _whole(pattern: str, pieces: regex.Pattern[str]) -> list[str]:
    texts = [match[0] for match in pieces.finditer(pattern)]
    return texts if "".join(texts) == pattern else []


def _together(*parts: list[tuple[str, str]]) -> str:
    return "".join(text for part in parts for _, text in part)
