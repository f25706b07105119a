"""Guess the encoding of a page that declares none and is no UTF-8. A guess is told as one."""

from __future__ import annotations

from scraper.job.late import late_regex

LOOKED_AT = 2**14
"""Bytes of a page, from its first that is not ASCII: what comes then says no more, and takes time."""
LAST_RESORT = "windows-1252"
_first_high = late_regex(rb"[\x80-\xff]")
_signs = late_regex(
    rb"(?:[\x00-\x7f\x80\x85\x91-\x97\x99\xa0]"  # € … ‘’“”•–— ™ and the no-break space
    rb"|(?<![A-Za-z\xa1-\xff])[\xa3\xa7\xa9\xab\xae\xb0\xb7\xbb](?![A-Za-z\xa1-\xff]))*+"  # £ § © « ® ° · »
)


def encoding(body: bytes) -> str:
    """Return the encoding that the bytes look like.

    Where all that is not ASCII is a sign that Western pages are full of and no letter, no detector has anything to go
    by: it is windows-1252, as browsers read it.

    >>> encoding(b"5\\xa0\\xa3"), encoding("Привет, мир".encode("cp1251"))
    ('windows-1252', 'windows-1251')
    """
    match = _first_high.search(body)
    start = max(match.start() - 64, 0) if match else 0
    sample = body[start : start + LOOKED_AT]
    if match and _signs.fullmatch(sample):
        return LAST_RESORT
    from turbohtml.detect import detect  # it takes a while to import, and few pages need it

    return (detect(sample).encoding or LAST_RESORT).lower()


def is_escaped(body: bytes) -> bool:
    """Return whether what could be ASCII is ISO-2022-JP, whose escapes no other page holds."""
    return b"\x1b" in body and (b"\x1b$B" in body or b"\x1b$@" in body)  # one byte is found at once, three are not
