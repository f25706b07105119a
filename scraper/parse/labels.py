"""What a label of an encoding means: the names and labels of the Encoding Standard (§4.2), all 228.

An encoding goes by the standard's name for it in lower case. Reading is the standard's, table by table; writing, which
only URLs and forms need, is done by the codec of Python's that is nearest.
"""

from __future__ import annotations

from collections.abc import Mapping

from webencodings import ascii_lower, labels

LABELS: Mapping[str, str] = labels.LABELS
"""Of each label the encoding."""
_SPACE = "\t\n\f\r "
_WRITERS = {
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "ibm866": "cp866",
    "iso-8859-8-i": "iso8859-8",
    "macintosh": "mac-roman",
    "shift_jis": "cp932",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac-cyrillic",
    # What can be read and not written is UTF-8 in a URL ("get an output encoding").
    **dict.fromkeys(("replacement", "utf-16be", "utf-16le", "x-user-defined"), "utf-8"),
}


def encoding_of(label: str) -> str | None:
    """Return the encoding that a label means, None for an unknown one.

    >>> encoding_of("GB2312"), encoding_of(" latin1 "), encoding_of("windows-949"), encoding_of("klingon")
    ('gbk', 'windows-1252', 'euc-kr', None)
    """
    return LABELS.get(ascii_lower(label.strip(_SPACE)))


def writer_of(label: str | None) -> str:
    """Return the codec that writes URLs and forms for pages of an encoding; for none, and an unknown one, UTF-8.

    >>> writer_of("windows-31j"), writer_of("utf-16"), writer_of(None)
    ('cp932', 'utf-8', 'utf-8')
    """
    encoding = encoding_of(label or "") or "utf-8"
    return _WRITERS.get(encoding, encoding)
