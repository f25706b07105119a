"""What a language says of dates and numbers, by the CLDR."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scraper.errors import PatternError
from scraper.job.extras import Extra
from scraper.job.late import late_regex

if TYPE_CHECKING:
    from babel import Locale

LOCALES = Extra("locales", "babel")
"""Four tenths of what is installed otherwise, and most configs name no locale."""


def locale_of(name: str) -> Locale:
    """Return a locale by its name, or raise PatternError: also where the extra is missing that knows them."""
    if LOCALES.is_missing:
        raise PatternError(LOCALES.needed_by(f"locale {name!r}"))
    from babel import Locale, UnknownLocaleError  # it takes a while, and most configs name none

    try:
        return Locale.parse(name, sep="-" if "-" in name else "_")
    except (UnknownLocaleError, ValueError) as error:
        raise PatternError(f"{name!r} is no locale such as 'fr' or 'pt_BR'") from error


def decimal_of(name: str) -> str:
    """Return the sign before the fraction in a locale.

    >>> decimal_of("de"), decimal_of("de-CH"), decimal_of("fa")
    (',', '.', '.')
    """
    return "," if locale_of(name).number_symbols["latn"]["decimal"] == "," else "."


# --------------------------------------------------------------------------- names

_EXTRA_MONTHS = {"de": {"mrz": 3, "jänner": 1, "jän": 1, "feber": 2}, "es": {"setiembre": 9, "set": 9}}
"""What people write and the CLDR does not know."""
_ORDINALS = {
    "en": "st|nd|rd|th",
    "fr": "er|e",
    "es": "º|°|ª",
    "pt": "º|°|ª",
    "it": "º|°|ª",
    "gl": "º|°",
    "nl": "e|de|ste",
}
_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
SHORTEST = 3
"""Letters of a name that is cut short; the languages that cut to two letters have them in the CLDR."""
_cut_anywhere = late_regex(r"[\p{Latin}\p{Cyrillic}\p{Greek}']+")
_has_accents = late_regex(r"(?V1)[\p{Latin}\p{Greek}--[a-zα-ω]]")
"""Where capitals, and many writers, leave them out: fevrier, ΜΑΡΤΙΟΥ."""
_accent = late_regex(r"\p{Mn}")
_unseen = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff"))
_unseen |= str.maketrans("’ʼ＇‐‑−，．：／", "'''---,.:/")


def language_of(name: str | None) -> str:
    """Return the language of a locale, English where none is said."""
    return "en" if name is None else locale_of(name).language


def folded(text: str, language: str) -> str:
    """Return a text in lower case, its digits in ASCII, without signs that nobody sees.

    >>> folded("٥ KASIM", "tr")
    '5 kasım'
    """
    if language in ("tr", "az"):
        text = text.replace("I", "ı").replace("İ", "i")
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFC", text.lower().translate(_unseen))
    return text if text.isascii() else "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


@lru_cache(maxsize=64)
def month_names(name: str | None) -> dict[str, int]:
    """Return the names of months in a language → their numbers, folded and without points at their ends."""
    if name is None:
        return _unique((month, n) for n, month in enumerate(_MONTHS, 1))
    locale = locale_of(name)
    return _unique(_names(locale.months, locale.language)) | _EXTRA_MONTHS.get(locale.language, {})


@lru_cache(maxsize=64)
def day_names(name: str | None) -> dict[str, int]:
    """Return the names of the days of the week, in the same form; Monday is 0."""
    if name is None:
        return _unique((day, n) for n, day in enumerate(_DAYS))
    locale = locale_of(name)
    return _unique(_names(locale.days, locale.language))


@lru_cache(maxsize=64)
def half_names(name: str | None) -> dict[str, str]:
    """Return what a language calls the halves of the day → am or pm."""
    if name is None:
        return {}
    locale = locale_of(name)
    found = [
        (folded(widths[width][half], locale.language).rstrip("."), half)
        for widths in locale.day_periods.values()
        for width in ("wide", "abbreviated")
        for half in ("am", "pm")
        if half in widths.get(width, {})
    ]
    return {word: half for word, half in found if (word, "pm" if half == "am" else "am") not in found}


def ordinals(name: str | None) -> str:
    """Return what may stand right behind the number of a day, as a regex, or nothing."""
    return _ORDINALS.get(language_of(name), "")


def _names(table: Any, language: str) -> Iterator[tuple[str, int]]:
    for widths in table.values():
        for width in ("wide", "abbreviated", "short"):
            for number, word in widths.get(width, {}).items():
                yield folded(word, language).rstrip("."), number


def _unique(names: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the names that mean one thing, and how they may be cut short or written without their accents."""
    whole: dict[str, set[int]] = {}
    bare: dict[str, set[int]] = {}
    short: dict[str, set[int]] = {}
    for name, number in names:
        whole.setdefault(name, set()).add(number)
        if _has_accents.search(name):
            bare.setdefault(_accent.sub("", unicodedata.normalize("NFD", name)), set()).add(number)
        for length in range(SHORTEST, len(name) if _cut_anywhere.fullmatch(name) else 0):
            short.setdefault(name[:length], set()).add(number)
    return {name: min(numbers) for name, numbers in (bare | short | whole).items() if len(numbers) == 1}
