"""Read the rules of a robots.txt for one robot, by RFC 9309 and as Google's own parser reads what the RFC leaves open.

Time and memory grow with the file: each rule is kept once, for the robot that asks, whatever other names its group has.
For a URL, time grows with its length times the number of rules that hold a sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import regex
from msgspec import Struct, field

from scraper.job.late import late_regex

MAX_LINE_BYTES = 8 * 2083
"""What of a line lies beyond is not read, as by Google."""

NOTHING = (0, True)
"""The rank of no rule at all."""

_after_bom = late_regex(rb"\A(?:\xef(?:\xbb\xbf?)?)?")
_agent_key = late_regex(rb"user[- ]?agent", regex.IGNORECASE)
_allow_key = late_regex(rb"allow", regex.IGNORECASE)
_disallow_key = late_regex(rb"diss?all?ow|disallaw|diasllow", regex.IGNORECASE)
_delay_key = late_regex(rb"crawl-?delay", regex.IGNORECASE)
_everybody = late_regex(rb"\*(?:\s|$)")
_names = late_regex(rb"([A-Za-z_-]*)[^\s/]*")
"""As Google reads it, letters only; and the whole word, for robots whose names hold digits."""
_number = late_regex(rb"[0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9}")
_TO_WRITE = late_regex(r"%[0-9A-Fa-f]{2}|[^!&-)+-;=?-Z_a-z~\[\]]")
_to_write, _is_to_write = _TO_WRITE.sub, _TO_WRITE.search
"""Escapes, and signs that URLs escape, or that mean something in a pattern."""
_unreserved = late_regex(r"[A-Za-z0-9._~-]")


class Rule(NamedTuple):
    """One Allow or Disallow."""

    weight: int
    """The octets of the pattern: the longest decides."""
    is_allowed: bool
    pieces: tuple[str, ...]
    """What stands between the asterisks."""
    is_whole: bool
    """Whether a `$` wants the path to end with the last piece."""

    @property
    def rank(self) -> tuple[int, bool]:
        """Return what tells which of two rules decides: the greater one's."""
        return self.weight, self.is_allowed

    def matches(self, path: str) -> bool:
        """Return whether the rule speaks of a path, which is written as `normal` does."""
        pieces = self.pieces
        if not path.startswith(pieces[0]):
            return False
        at = len(pieces[0])
        for piece in pieces[1:-1]:
            if (found := path.find(piece, at)) < 0:
                return False
            at = found + len(piece)
        if len(pieces) == 1:
            return at == len(path) or not self.is_whole
        if self.is_whole:
            return at + len(pieces[-1]) <= len(path) and path.endswith(pieces[-1])
        return path.find(pieces[-1], at) >= 0


class Rules:
    """What a robots.txt says to one robot."""

    def __init__(self, rules: Iterable[Rule] = (), crawl_delay_s: float = 0.0) -> None:
        self.crawl_delay_s = crawl_delay_s
        """The longest that is asked for, 0 for none."""
        self._beginnings: dict[str, tuple[int, bool]] = {}
        """The weight and the word of rules without a sign: most are, and are looked up."""
        patterns = []
        for rule in rules:
            if len(rule.pieces) == 1 and not rule.is_whole:
                said = self._beginnings.get(rule.pieces[0], NOTHING)
                self._beginnings[rule.pieces[0]] = max(said, rule.rank)
            else:
                patterns.append(rule)
        self._lengths = sorted(set(map(len, self._beginnings)))
        patterns.sort(key=lambda rule: rule.rank, reverse=True)
        self._patterns = [(max(rule.pieces, key=len), rule.rank, rule) for rule in patterns]
        """Each with its longest piece, which most paths do not hold."""

    def __len__(self) -> int:
        return len(self._beginnings) + len(self._patterns)

    def allows(self, path: str) -> bool:
        """Return whether a path with its query may be fetched; of two rules of a length, one that allows decides."""
        path, beginnings = normal(path.encode()), self._beginnings
        best = max((beginnings.get(path[:length], NOTHING) for length in self._lengths), default=NOTHING)
        for longest, rank, rule in self._patterns:
            if rank <= best:
                break
            if longest in path and rule.matches(path):
                return rule.is_allowed
        return best[1]


class _Group(Struct):
    """What the groups of one name say together (RFC 9309 section 2.2.1)."""

    is_there: bool = False
    is_open: bool = False
    """Whether the lines that follow are said to it."""
    rules: set[Rule] = field(default_factory=set)
    crawl_delay_s: float = 0.0


def read_rules(text: bytes, agent: str) -> Rules:
    """Return what a robots.txt says to a robot with this product token: its own groups, or else those for all."""
    own, general, token = _Group(), _Group(), agent.lower().encode()
    has_rules, delay_s = False, 0.0
    for key, value in _lines(text):
        if _agent_key.match(key):
            if has_rules:
                own.is_open = general.is_open = has_rules = False
                delay_s = 0.0
            if (group := _named(value, token, own, general)) is not None:
                group.is_there = group.is_open = True
                group.crawl_delay_s = max(group.crawl_delay_s, delay_s)
        elif group := own if own.is_open else general if general.is_open else None:
            is_allowed = _allow_key.match(key) is not None
            if is_allowed or _disallow_key.match(key):
                has_rules = True
                group.rules.update(_rules(value, is_allowed=is_allowed))
            elif _delay_key.match(key) and (delay := _number.match(value)):
                delay_s = max(delay_s, float(delay[0]))
                group.crawl_delay_s = max(group.crawl_delay_s, delay_s)
    said = own if own.is_there else general
    return Rules(said.rules, said.crawl_delay_s)


def normal(path: bytes) -> str:
    """Return a path as it is compared (RFC 9309 section 2.2.2): written in the one way that URLs are alike in.

    >>> normal(b"/%7euser/a b*%2f"), normal("/\N{GREEK SMALL LETTER PI}".encode())
    ('/~user/a%20b%2A%2F', '/%CF%80')
    """
    text = path.decode("latin-1")
    return _to_write(_written, text) if _is_to_write(text) else text


def _written(match: regex.Match[str]) -> str:
    sign = match[0]
    if len(sign) == 1:
        return f"%{ord(sign):02X}"
    letter = chr(int(sign[1:], 16))
    return letter if _unreserved.fullmatch(letter) else sign.upper()


def _lines(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield what stands before and behind the colon of each line that has one; two words may do without."""
    for whole in _after_bom.sub(b"", text, 1).splitlines():
        line = whole[:MAX_LINE_BYTES].partition(b"\0")[0].partition(b"#")[0].strip()
        key, colon, value = line.partition(b":")
        if not colon:
            key, _, value = line.replace(b"\t", b" ").partition(b" ")
            if not value or b" " in value.strip():
                continue
        yield key.strip(), value.strip()


def _named(value: bytes, agent: bytes, own: _Group, general: _Group) -> _Group | None:
    """Return the group that a user-agent line names; a version behind the name, or more words, are no matter."""
    if _everybody.match(value):
        return general
    names = _names.match(value)
    return own if names and agent in (names[0].lower(), names[1].lower()) else None


def _rules(value: bytes, *, is_allowed: bool) -> Iterator[Rule]:
    """Yield the rules that a pattern makes: a folder is allowed with its index page, as by Google."""
    if not value:
        return
    yield _rule(value, is_allowed=is_allowed)
    folder, slash, name = value.rpartition(b"/")
    if is_allowed and slash and name.startswith(b"index.htm"):
        yield _rule(folder + b"/$", is_allowed=True)


def _rule(value: bytes, *, is_allowed: bool) -> Rule:
    weight = len(value) + 2 * sum(octet > 0x7F for octet in value)
    first, *others = value.removesuffix(b"$").split(b"*")
    between = [normal(piece) for piece in others[:-1] if piece]
    pieces = (normal(first), *between, *map(normal, others[-1:]))
    return Rule(weight, is_allowed, pieces, value.endswith(b"$"))
