"""Know the secrets of a run and take them out of every text that leaves the program.

    masked      for people: `***` stands for each secret, and for the user and password of any URL
    hidden      for state and recordings: a reference such as `${API_KEY}` stands for it, and `revealed` fills that in

A secret is found however it is spelt: percent-encoded up to four times, with `+` for a blank, escaped as in JSON,
Python or HTML, and in base64. What of a config is secret is said in `config.secrets`.
"""

from __future__ import annotations

import base64
import functools
import re
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from scraper.errors import ScraperError
from scraper.job.late import late_re

MASK = "***"
SHORTEST = 4
"""Characters of a secret that is masked at all: `1` or `a` would mask half of a log."""
WHOLE_WORD = 8
"""Characters below which a secret is masked as a word of its own only: `test` is no part of `latest`."""
LONGEST = 1000
"""Characters of what is told in one line."""
SECRET_NAMES = ("auth", "cookie", "key", "pass", "secret", "session", "sign", "token")
"""What the name of a header line that is secret has in it."""
ENCODINGS = ("utf-8", "gb18030")
"""Those in which a secret that is not ASCII may be percent-encoded."""
PERCENTS = ("%", "%25", "%2525", "%252525")
"""How `%` stands in a URL, in a URL within a URL, and so on."""
HTML_SIGNS = {"<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "&": "&amp;"}
DIGITS = string.digits + string.ascii_letters

_axis = "(?:ancestor|descendant)(?:-or-self)?|(?:following|preceding)(?:-sibling)?|attribute|child|parent|self"
_of_xpath = rf"(?![^/?#\s@]*[\[(]@[\w:.*-]+\s*(?:[]=)!<>|,]|(?:and|or)\b)|(?:{_axis})::\w)"
"""Forbids what begins as `//tr[@class="x"]`, `//*[contains(@id, "x")]` or `//ancestor::tr` does."""
_user_of_url = re.compile(rf"(?<=//){_of_xpath}(?:[^/?#\s]+@|[^/?#\s:@]*:(?!\d{{0,5}}(?:[/?#\s]|$))[^\s@]*@)")
"""Matches a password with a slash too, which no URL may hold; not an `@` behind a host and its port."""
_reference = late_re(r"\$(?:\$|\{([\w.-]+)(?::([0-9A-Za-z]+))?\})", re.ASCII)
_beyond_ascii = late_re(r"[^\x00-\x7f]+")
_no_name = late_re(r"[^\w.-]", re.ASCII)


class Secrets:
    """The secrets of one run by their names; an empty one masks the users of URLs only."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        """`values`: secrets by what they are called in references; of two equal ones the first name counts."""
        self._values: dict[str, str] = {}
        self._known: set[str] = set()
        self._patterns: dict[tuple[int, ...], re.Pattern[str]] = {}
        for name, value in (values or {}).items():
            for suffix, form in _forms(value):
                self._add(name + suffix, form)

    def __repr__(self) -> str:
        """Return the names only."""
        return f"Secrets({', '.join(self._values)})"

    def masked(self, text: str, *, is_cut: bool = False) -> str:
        """Return a text as it may be told; `is_cut`: a secret may have lost its end with that of the text.

        >>> Secrets({"KEY": "tea & cups"}).masked("https://me:pw@a.example/?q=tea%20%26+cups")
        'https://***@a.example/?q=***'
        """
        text = without_users(text)
        if found := self._find(text):
            text = self._pattern(found).sub(lambda match: MASK if match.lastindex else match[0], text)
        return self._without_beginning(text) if is_cut else text

    def are_in(self, text: str) -> bool:
        """Return whether a text holds any of the secrets.

        >>> Secrets({"KEY": "tea & cups"}).are_in("/?q=tea%20%26+cups"), Secrets({"KEY": "tea & cups"}).are_in("$tea")
        (True, False)
        """
        found = self._find(text)
        return bool(found) and any(match.lastindex for match in self._pattern(found).finditer(text))

    def told(self, text: str) -> str:
        """Return a text as one line may tell it: cut only when it is masked, for half of a secret is found nowhere."""
        return self.masked(text)[:LONGEST]

    def hidden(self, text: str, *, is_spelt: bool = True) -> str:
        """Return a text as it may be stored: `revealed` gives it back, every sign of it if `is_spelt`.

        Else it does not tell how a secret was spelt, and is the same for another secret of that name.

        >>> Secrets({"KEY": "tea & cups"}).hidden("/?q=tea & cups&price=$1")
        '/?q=${KEY}&price=$$1'
        """
        found = self._find(text)
        if not found:
            return text.replace("$", "$$")
        return self._pattern(found).sub(functools.partial(self._refer, found, is_spelt), text)

    def revealed(self, text: str) -> str:
        """Return what was hidden, with the secrets of today; a reference to an unknown one stays.

        A spelling that does not fit today's secret is replaced by the usual one of URLs.
        """
        return _reference.sub(self._resolve, text) if "$" in text else text

    def hidden_in(self, value: Any) -> Any:
        """Return a JSON value whose texts are hidden."""
        return _changed(value, self.hidden)

    def revealed_in(self, value: Any) -> Any:
        """Return a JSON value whose texts are revealed."""
        return _changed(value, self.revealed)

    @contextmanager
    def kept_by_errors(self) -> Iterator[None]:
        """Let no error of ours tell a secret."""
        try:
            yield
        except ScraperError as error:
            error.args = tuple(self.masked(one) if isinstance(one, str) else one for one in error.args)
            raise

    # ------------------------------------------------------------------ finding

    def _add(self, name: str, value: str) -> None:
        if len(value) < SHORTEST or value in self._known:
            return
        self._known.add(value)
        name = _no_name.sub("_", name)
        while name in self._values:
            name += "_"
        self._values[name] = value

    @functools.cached_property
    def _by_length(self) -> list[tuple[str, str]]:
        """The longest first: a secret may hold another."""
        return sorted(self._values.items(), key=lambda entry: -len(entry[1]))

    @functools.cached_property
    def _flat_values(self) -> list[str]:
        """The longest ASCII part of each, which looks the same in every encoding."""
        return [_flat(max(_beyond_ascii.split(value), key=len)) for _, value in self._by_length]

    def _find(self, text: str) -> tuple[int, ...]:
        """Return which of the secrets may stand in a text, fast: most texts hold none."""
        if not self._values:
            return ()
        flat = _flat(text)
        return tuple([n for n, value in enumerate(self._flat_values) if value in flat or self._by_length[n][1] in text])

    def _pattern(self, found: tuple[int, ...]) -> re.Pattern[str]:
        """Return what matches each of these secrets by a group, and the sign that references begin with."""
        if found not in self._patterns:
            values = [self._by_length[number][1] for number in found]
            self._patterns[found] = re.compile("|".join([*(f"({_pattern(value)})" for value in values), r"\$"]))
        return self._patterns[found]

    def _without_beginning(self, text: str) -> str:
        for _, value in self._by_length:
            for length in range(len(value) - 1, SHORTEST - 1, -1):
                if text.endswith(value[:length]):
                    return text[:-length] + MASK
        return text

    # ------------------------------------------------------------------ references

    def _refer(self, found: tuple[int, ...], is_spelt: bool, match: re.Match[str]) -> str:
        """Return the reference for what was found, with the number of each character's spelling if it is not plain."""
        if match.lastindex is None:
            return "$$"
        name, value = self._by_length[found[match.lastindex - 1]]
        if match[0] == value or not is_spelt:
            return f"${{{name}}}"
        spelt = re.fullmatch("".join(f"({_any_of(_spellings(sign))})" for sign in value), match[0])
        assert spelt is not None, "the same pattern found it"
        code = [DIGITS[_spellings(sign).index(form)] for sign, form in zip(value, spelt.groups(), strict=True)]
        return f"${{{name}:{''.join(code)}}}"

    def _resolve(self, match: re.Match[str]) -> str:
        name, code = match.groups()
        if name is None:
            return "$"
        value = self._values.get(name)
        if value is None or code is None:
            return match[0] if value is None else value
        forms = [(_spellings(sign), DIGITS.index(digit)) for sign, digit in zip(value, code, strict=False)]
        is_known = len(code) == len(value) and all(number < len(known) for known, number in forms)
        return "".join(known[number] for known, number in forms) if is_known else quote(value, safe="")


NO_SECRETS = Secrets()


def _forms(value: str) -> Iterator[tuple[str, str]]:
    """Yield a secret and what is one with it: what it means where it is percent-encoded itself, and their base64."""
    for n, plain in enumerate(dict.fromkeys((value, unquote(value), unquote_plus(value)))):
        if len(plain) >= SHORTEST:
            yield ".decoded" * n, plain
            encoded = plain.encode("utf-8", "surrogateescape")
            yield ".base64", base64.b64encode(encoded).decode().rstrip("=")
            yield ".base64", base64.urlsafe_b64encode(encoded).decode().rstrip("=")


def _pattern(value: str) -> str:
    text = "".join(f"(?:{_any_of(_spellings(sign))})" for sign in value)
    if len(value) >= WHOLE_WORD:
        return text
    return rf"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{{2}})){text}(?![0-9A-Za-z])"


def _flat(text: str) -> str:
    """Return what all spellings of a text have in common; bytes of whatever encoding become characters."""
    for _ in range(2 * len(PERCENTS)):  # a secret may hold codes of its own
        if "%" not in text:
            break
        text = unquote(text, "latin-1")
    text = text.replace("+", " ").replace("\\", "")
    if "&" in text and ";" in text:
        for sign, form in HTML_SIGNS.items():
            text = text.replace(form, sign)
    return text


def _any_of(forms: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, forms))


@functools.cache
def _spellings(sign: str) -> tuple[str, ...]:
    """Return the ways in which a character may stand in a text, the plain one first."""
    forms = [sign, "+"] if sign == " " else [sign]
    quoted = ["".join(f"%{byte:02X}" for byte in sign.encode(name, "surrogateescape")) for name in ENCODINGS]
    for code in [*quoted, "%2B"] if sign == " " else quoted:
        forms += [form.replace("%", percent) for form in (code, code.lower()) for percent in PERCENTS]
    if sign in "\\'\"":
        forms.append(f"\\{sign}")
    if not sign.isascii():
        misread = sign.encode("utf-8", "surrogateescape").decode("latin-1")  # as header lines are read
        shown = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in misread)
        forms += [misread, repr(misread)[1:-1], shown, ascii(sign)[1:-1]]
    return tuple(dict.fromkeys([*forms, HTML_SIGNS.get(sign, sign)]))


def sounds_secret(name: str) -> bool:
    """Return whether the name of a header line says that its value is secret.

    >>> sounds_secret("X-Api-Key"), sounds_secret("X-Page")
    (True, False)
    """
    return any(word in name.lower() for word in SECRET_NAMES)


def without_users(text: str) -> str:
    """Return a text with `***` for the users and passwords that stand in its URLs."""
    return _user_of_url.sub(f"{MASK}@", text)


def _changed(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _changed(one, change) for key, one in value.items()}
    return [_changed(one, change) for one in value] if isinstance(value, list) else value
