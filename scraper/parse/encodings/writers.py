"""Write texts in the encodings of pages, as browsers write queries and forms (the Encoding Standard's encoders).

What reads an encoding is turned round: of two ways to write a character the standard's counts, nearly always the first.
Each is a codec of Python's, `page-gbk` and so on, so that `str.encode` and what builds on it take its name.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from itertools import chain, product

from scraper.parse.encodings.encoding import text_in
from scraper.parse.encodings.labels import encoding_of

_PREFIX = "page-"
_BY_PYTHON = {
    "iso-2022-jp": "iso2022_jp",  # it has states; no page of today asks for the few signs that Python's lacks
    # What cannot be written, or has zeros in each byte of ASCII, is UTF-8 ("get an output encoding").
    **dict.fromkeys(("utf-8", "replacement", "utf-16be", "utf-16le"), "utf-8"),
}
_HIGH = range(0x81, 0xFF)
_EUC = range(0xA1, 0xFF)
_LAST = {"big5": frozenset("═╞╡╪十卅")}
"""Characters of which the last way to write them counts."""
_PRIVATE = dict(
    zip(
        "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
        map(
            bytes.fromhex,
            "a6d9 a6da a6db a6dc a6dd a6de a6df a6ec a6ed a6f3 fe59 fe61 fe66 fe67 fe6d fe7e fe90 fea0".split(),
        ),
        strict=True,
    )
)
"""What GB 18030 of 2005 had no characters for; pages of then are written so."""
_ALSO = {
    "euc-jp": {"¥": b"\\", "‾": b"~"},
    "shift_jis": {"¥": b"\\", "‾": b"~"},
    "gbk": {"€": b"\x80", **_PRIVATE},
    "gb18030": {"\ue7c7": b"\x81\x35\xf4\x37", **_PRIVATE},
}
"""What is written otherwise than it is read, or never read."""
_MINUS = frozenset({"euc-jp", "shift_jis"})
"""Those that write U+2212 as they do U+FF0D."""


def writer_of(label: str | None) -> str:
    """Return the codec that writes URLs and forms for pages of an encoding; for none, and an unknown one, UTF-8.

    >>> writer_of("windows-31j"), writer_of("utf-16"), writer_of(None)
    ('page-shift_jis', 'utf-8', 'utf-8')
    >>> "① €".encode(writer_of("euc-jp"), "xmlcharrefreplace")
    b'\\xad\\xa1 &#8364;'
    """
    encoding = encoding_of(label or "") or "utf-8"
    return _BY_PYTHON.get(encoding) or _PREFIX + encoding


def _ways(encoding: str) -> Iterator[tuple[int, ...]]:
    """Yield all bytes that the standard's encoder may write for one character that is not ASCII."""
    match encoding:
        case "gbk" | "gb18030":
            yield from product(_HIGH, chain(range(0x40, 0x7F), range(0x80, 0xFF)))
        case "big5":
            yield from product(_EUC, chain(range(0x40, 0x7F), range(0xA1, 0xFF)))
        case "euc-kr":
            yield from product(_HIGH, range(0x41, 0xFF))
        case "euc-jp":
            yield from chain(product(_EUC, _EUC), product([0x8E], range(0xA1, 0xE0)))
        case "shift_jis":
            leads = chain(range(0x81, 0xA0), range(0xE0, 0xED), range(0xEF, 0xF0), range(0xFA, 0xFD))
            yield from product(chain([0x80], range(0xA1, 0xE0)))
            yield from product(leads, chain(range(0x40, 0x7F), range(0x80, 0xFD)))
        case _:
            yield from product(range(0x80, 0x100))


@lru_cache(maxsize=8)
def _table(encoding: str) -> Mapping[str, bytes]:
    """Return how each character is written that is not ASCII."""
    last = _LAST.get(encoding, frozenset())
    table: dict[str, bytes] = {}
    ways = list(map(bytes, _ways(encoding)))
    for way, text in zip(ways, text_in(encoding, b"\n".join(ways)).split("\n"), strict=True):
        if len(text) == 1 and text > "\x7f" and text != "\ufffd" and (text not in table or text in last):
            table[text] = way
    if encoding in _MINUS:
        table["\u2212"] = table["\uff0d"]
    return {**table, **_ALSO.get(encoding, {})}


def _written(encoding: str, text: str, errors: str = "strict") -> tuple[bytes, int]:
    """Write a text; what cannot be written is left to the handler of errors that Python knows by a name."""
    if text.isascii():
        return text.encode("ascii"), len(text)
    table, pieces = _table(encoding), list[bytes]()
    for at, sign in enumerate(text):
        written = sign.encode("ascii") if sign < "\x80" else table.get(sign)
        if written is None and encoding == "gb18030" and sign != "\ue5e5":
            written = sign.encode("gb18030")  # in four bytes
        if written is None:
            error = UnicodeEncodeError(encoding, text, at, at + 1, "the encoding has no such character")
            instead, _ = codecs.lookup_error(errors)(error)
            written = instead if isinstance(instead, bytes) else _written(encoding, instead)[0]
        pieces.append(written)
    return b"".join(pieces), len(text)


def _search(name: str) -> codecs.CodecInfo | None:
    """Return the codec of a name, which Python hands over with `_` for `-`."""
    label = name.replace("_", "-")
    if not label.startswith(_PREFIX) or (encoding := encoding_of(label.removeprefix(_PREFIX))) is None:
        return None
    return codecs.CodecInfo(
        partial(_written, encoding), lambda data, _="": (text_in(encoding, data), len(data)), name=name
    )


codecs.register(_search)
