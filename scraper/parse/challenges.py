"""Know the pages that stand in front of a site's own, by the signs of `challenges.toml`.

A sign alone is no proof: ordinary pages load a vendor's scripts, hold a captcha in a form, or tell of all this. So
a page that gives its records is a challenge only if title and markup both say so; one without records if a title or a
text of such pages is there; with what ordinary pages have, too, only if there is no other input and next to no text.
In any case there is little to read on it. What a header says is enough.
"""

from __future__ import annotations

import functools
import html
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import regex
from msgspec import Struct

from scraper.job.late import late_regex
from scraper.models import Headers

SIGNS = Path(__file__).with_name("challenges.toml")
LONGEST = 1 << 20
"""Characters of a source beyond which a page is none."""
TITLE_WITHIN = 100_000
"""Characters of a source in which its title stands."""
LITTLE = 1500
"""Characters of text that a challenge has at most."""
NEXT_TO_NOTHING = 300
_unseen = late_regex(r"(?is)<(script|style|noscript|title|svg)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>")
_title = regex.compile(r"(?i)<title\b[^<>]*>([^<]*)</title")
_input = late_regex(r"(?i)<textarea\b|<select\b|<input\b(?![^<>]*type=[\"']?(?:hidden|submit|button|image|checkbox))")


class Challenge(Struct, frozen=True):
    """What tells the pages of one vendor."""

    name: str
    source: str
    headers: Mapping[str, str]
    titles: frozenset[str]
    """In small letters."""
    page: tuple[str, ...]
    beside: tuple[str, ...]

    @property
    def owner(self) -> str:
        """Return whose page it is, as it is told."""
        return self.name if self.name.startswith("a ") else f"{self.name}'s challenge"


@functools.cache
def challenges() -> tuple[Challenge, ...]:
    """Return all that are known."""
    read = tomllib.loads(SIGNS.read_text(encoding="utf-8"))["challenge"]
    return tuple(
        Challenge(
            one["name"],
            one["source"],
            one.get("headers", {}),
            frozenset(map(str.lower, one.get("titles", ()))),
            tuple(one.get("page", ())),
            tuple(one.get("beside", ())),
        )
        for one in read
    )


@functools.cache
def _by_header() -> Mapping[str, list[tuple[str, Challenge]]]:
    """Return for the name of a header, in small letters, the values that tell, and whose challenge they tell of."""
    found = defaultdict[str, list[tuple[str, Challenge]]](list)
    for one in challenges():
        for name, wanted in one.headers.items():
            found[name.lower()].append((wanted, one))
    return found


def header_sign(headers: Headers) -> str | None:
    """Return what a header of an answer tells: whose challenge it is; None if it is none."""
    telling = _by_header()
    for name, value in headers:
        for wanted, one in telling.get(name.lower(), ()):
            if wanted in ("*", value.strip().lower()):
                return f"{one.owner} (header {name.lower()}: {value[:40]})"
    return None


def page_sign(text: str, *, gives_records: bool) -> str | None:
    """Return what a page's source tells: whose challenge it is, and by what; None if it is the site's own.

    >>> page_sign("<title>Just a moment...</title><div id=x>", gives_records=False)
    "Cloudflare's challenge (title 'Just a moment...')"
    >>> page_sign("<title>Just a moment...</title><li>Tea</li>", gives_records=True)
    """
    if len(text) > LONGEST or "<" not in text:
        return None
    title = _title_of(text)
    named = [one for one in challenges() if title.lower() in one.titles] if title else []
    if gives_records:
        sure = [one for one in named if _first(one.page, text)]
        return f"{sure[0].owner} (title {title!r})" if sure and _length(text) < LITTLE else None
    if named and _length(text) < LITTLE:
        return f"{named[0].owner} (title {title!r})"
    return _by_markup(text)


def _by_markup(text: str) -> str | None:
    for one in challenges():
        if (sign := _first(one.page, text)) and _length(text) < LITTLE:
            return f"{one.owner} ({sign})"
    for one in challenges():
        if (sign := _first(one.beside, text)) and _length(text) < NEXT_TO_NOTHING and not _input.search(text):
            return f"{one.owner} ({sign}, and next to nothing else)"
    return None


def _first(signs: tuple[str, ...], text: str) -> str | None:
    return next((sign for sign in signs if sign in text), None)


def _title_of(text: str) -> str:
    found = _title.search(text, 0, TITLE_WITHIN)
    return " ".join(html.unescape(found[1]).replace("…", "...").split()) if found else ""


def _length(text: str) -> int:
    """Return how many characters there are to read."""
    return len("".join(html.unescape(_unseen.sub(" ", text)).split()))
