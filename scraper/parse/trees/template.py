"""Keep what a template holds out of a page's tree: it is a document of its own (WHATWG HTML §4.12.3).

Its markup is kept in a comment inside the template, which no selector finds and no text shows.
"""

from __future__ import annotations


def packed(markup: str) -> str:
    """Return markup as a comment can hold it.

    >>> packed("a <!--b-->&amp;")
    'a <!&#45;&#45;b&#45;&#45;>&amp;amp;'
    """
    return markup.replace("&", "&amp;").replace("-", "&#45;")


def unpacked(comment: str) -> str:
    """Return the markup that a comment holds.

    >>> unpacked(packed("a <!--b-->&amp;"))
    'a <!--b-->&amp;'
    """
    return comment.replace("&#45;", "-").replace("&amp;", "&")
