"""Refuse tags of thousands of attributes before a parser reads them: it compares each attribute with all before it.

So 100,000 of them take lxml 16 s, and no thread can stop it. To read every tag here would cost half
of what parsing costs. So a long page is looked at in a few places first, which a long list of attributes cannot avoid;
only where one of them seems to lie inside such a list are the tags read, one by one.
"""

from __future__ import annotations

import re

from scraper.errors import TooManyAttributes
from scraper.job.late import late_re

MAX_ATTRIBUTES = 1000
"""Of one tag: more than any page needs, and read in no time."""
MANY_BYTES = 1 << 16
"""Bytes that have no room for more attributes than are read within a second."""
_STEP = 1 << 14
"""Bytes between the places that are looked at. A list may hide between them that is read in a tenth of a second."""
_VIEW = 8 * _STEP
"""Bytes that are looked at from there. A list may go on unseen if its values are long, which leaves room for fewer."""
_BLANK = rb"\t\n\f\r\x20"
_ATTRIBUTE = rb"""
    [BLANK/]*+ [^BLANK/>] [^BLANK/>=]*+
    (?: [BLANK]*+ = [BLANK]*+ (?: "[^"]*+" | '[^']*+' | [^BLANK>"'] [^BLANK>]*+ )?+ )?+
"""
"""As browsers read it (WHATWG HTML §13.2.5.32 ff.): without a value, without blanks around, with `>` in quotes."""


def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    pattern = pattern.replace(b"ATTRIBUTE", _ATTRIBUTE).replace(b"BLANK", _BLANK)
    return late_re(pattern.replace(b"MAX", b"%d" % MAX_ATTRIBUTES), re.VERBOSE | re.DOTALL)


_too_many = _compiled(rb"(?: ATTRIBUTE ){MAX} ATTRIBUTE")
_tags = _compiled(
    rb"""
    <!--  (?: -?> | .*? (?: --!?> | \Z ) )
  | <((?i: script | style | title | textarea | xmp | iframe | noembed | noframes )) (?=[BLANK/>])
        (?: ATTRIBUTE ){0,MAX}+
        (?: [BLANK/]*+ > [^<]*+ (?: (?! </(?i:\1) ) < [^<]*+ )*+ | (?P<raw> ATTRIBUTE ) )?+
  | </?[A-Za-z] [^BLANK/>]*+ (?: ATTRIBUTE ){0,MAX}+ (?P<tag> ATTRIBUTE )?+
    """
)
"""Comments, elements that hold nothing but text, and tags; a group takes part where there is an attribute too many."""


def check_attributes(html: bytes) -> None:
    """Raise TooManyAttributes for a page with such a tag."""
    if (
        len(html) > MANY_BYTES
        and _may_hold_many(html)
        and any(tag["raw"] or tag["tag"] for tag in _tags.finditer(html))
    ):
        raise too_many_attributes()


def too_many_attributes() -> TooManyAttributes:
    return TooManyAttributes(f"a tag has more than {MAX_ATTRIBUTES} attributes")


def _may_hold_many(html: bytes) -> bool:
    """Return whether some place of a page seems to lie inside a tag with many attributes still to come.

    It may be between two of them, or in a value in either sort of quotes.
    """
    quotes = {b'"': -1, b"'": -1}
    for place in range(0, len(html), _STEP):
        if _too_many.match(html, place, place + _VIEW):
            return True
        for quote, end in quotes.items():
            if end < place:
                found = html.find(quote, place)
                quotes[quote] = end = len(html) if found < 0 else found
            if _too_many.match(html, end + 1, end + _VIEW):
                return True
    return False
