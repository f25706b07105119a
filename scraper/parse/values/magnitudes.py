"""Words and letters behind a number that multiply it: k, M and 万 everywhere, those of a language where one is said."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache

import regex

from scraper.job.late import late_regex
from scraper.parse.values.locales import locale_of

EVERYWHERE = {"k": 10**3, "K": 10**3, "M": 10**6}
CHINESE = {"千": 10**3, "천": 10**3} | dict.fromkeys("万萬만", 10**4) | dict.fromkeys("亿億억", 10**8)
_chinese = f"[{''.join(CHINESE)}]+"
_suffixed = late_regex(r"(0+)\s*([^\d0¤#,;]+)")


class Magnitudes:
    """What multiplies in a language."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = words
        others = sorted((regex.escape(word) for word in words if len(word) > 1), key=len, reverse=True)
        letters = "".join(word for word in words if len(word) == 1)
        self.pattern = "|".join(["(?i:" + "|".join(others) + ")"] * bool(others) + [_chinese, f"[{letters}]"])
        """A regex of them; a capital letter is another than a small one."""

    def factor(self, text: str, *, is_amount: bool) -> int | None:
        """Return by how much a text multiplies, None if that is not sure.

        `is_amount`: money or a fraction stands beside it. `512 B` may be bytes, `5 T` tons; `1.5B` and `$2B` are none.
        """
        if set(text) <= CHINESE.keys():
            return math.prod(CHINESE[sign] for sign in text)
        word = text if len(text) == 1 else text.lower()
        is_sure = is_amount or len(word) > 1 or word in EVERYWHERE or not word.isascii()
        return self._words.get(word) if is_sure else None


PLAIN = Magnitudes(EVERYWHERE)


@lru_cache(maxsize=64)
def magnitudes(name: str | None) -> Magnitudes:
    """Return what multiplies in a locale by the CLDR, where `M` is 10⁹ in Indonesian and `B` 1,000 in Turkish.

    >>> [magnitudes(name).factor("B", is_amount=True) for name in (None, "en", "tr")]
    [None, 1000000000, 1000]
    """
    if name is None:
        return PLAIN
    found: dict[str, set[int]] = {}
    for word, factor in _words(name):
        found.setdefault(word, set()).add(factor)
    own = {word: factors.pop() for word, factors in found.items() if len(factors) == 1}
    return Magnitudes({word: factor for word, factor in EVERYWHERE.items() if word not in found} | own)


def _words(name: str) -> Iterator[tuple[str, int]]:
    """Yield each word that multiplies, with its point and without, in small letters unless it is one letter."""
    for patterns in locale_of(name).compact_decimal_formats.values():
        for size, pattern in (item for sizes in patterns.values() for item in sizes.items()):
            if match := _suffixed.match(pattern.pattern.replace("'", "")):
                word = " ".join(match[2].split())
                word = word if len(word) == 1 else word.lower()
                for spelling in {word, word.removesuffix(".")}:
                    yield spelling, int(size) // 10 ** (len(match[1]) - 1)
