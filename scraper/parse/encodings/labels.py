"""What a label of an encoding means: the names and labels of the Encoding Standard (§4.2), all 228.

An encoding goes by the standard's name for it in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping

from webencodings import ascii_lower, labels

LABELS: Mapping[str, str] = labels.LABELS
"""Of each label the encoding."""
_SPACE = "\t\n\f\r "


def encoding_of(label: str) -> str | None:
    """Return the encoding that a label means, None for an unknown one.

    >>> encoding_of("GB2312"), encoding_of(" latin1 "), encoding_of("windows-949"), encoding_of("klingon")
    ('gbk', 'windows-1252', 'euc-kr', None)
    """
    return LABELS.get(ascii_lower(label.strip(_SPACE)))
