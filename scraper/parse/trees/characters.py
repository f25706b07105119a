"""Replace the characters that lxml takes of nobody, though libxml2 reads them in pages."""

from __future__ import annotations

import regex

_not_xml = regex.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def allowed(text: str) -> str:
    """Return a text with U+FFFD for each character that no XML holds.

    >>> allowed("a\\x01b")
    'a\ufffdb'
    """
    return _not_xml.sub("\ufffd", text)
