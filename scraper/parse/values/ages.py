"""Read "3 hours ago" in a language by the CLDR: vor 3 Stunden, il y a 3 h, hace 3 horas, 3時間前, منذ 3 ساعات."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

from scraper.parse.values.locales import folded, locale_of

UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
WITHOUT_A_NUMBER = {"one": 1, "two": 2}
"""What a language says without a digit: an hour, two hours."""
ALSO = {
    "ar": ("قبل", "منذ"),
    "pt": ("há", "faz"),
    "ja": ("か月", "ヶ月", "カ月", "ヵ月", "ケ月"),
    "vi": ("trước", "truoc"),
    "id": ("yang lalu", "lalu"),
}
"""A word of the CLDR and what else people say for it."""
ONES = {
    "de": "einer einem eine ein", "fr": "une un", "es": "una un", "pt": "uma um", "it": "un' una un", "nl": "een",
    "sv": "en ett", "da": "en et", "nb": "en ett", "ca": "una un", "ro": "o un", "tr": "bir",
}  # fmt: skip
BARE = frozenset({"ru", "uk", "pl", "cs", "sk", "bg"})
"""Languages that leave out the one: час назад, godzinę temu."""
_DAYS = {
    "de": "vorgestern gestern heute morgen",
    "fr": "avant-hier hier aujourd'hui demain",
    "es": "anteayer ayer hoy mañana",
    "pt": "anteontem ontem hoje amanhã",
    "it": "l'altroieri ieri oggi domani",
    "nl": "eergisteren gisteren vandaag morgen",
    "sv": "förrgår igår idag imorgon",
    "da": "forgårs igår idag imorgen",
    "pl": "przedwczoraj wczoraj dzisiaj jutro",
    "cs": "předevčírem včera dnes zítra",
    "ru": "позавчера вчера сегодня завтра",
    "uk": "позавчора вчора сьогодні завтра",
    "tr": "evvelsigün dün bugün yarın",
    "ar": "أولأمس أمس اليوم غدا",
    "ja": "一昨日 昨日 今日 明日",
    "ko": "그저께 어제 오늘 내일",
    "vi": "hômkia hômqua hômnay ngàymai",
    "id": "kemarinlusa kemarin hariini besok",
}
"""The day before yesterday, yesterday, today and tomorrow; a language that has two words for one is in SPACED."""
SPACED = {
    "igår": "i går", "idag": "i dag", "imorgon": "i morgon", "imorgen": "i morgen", "hômkia": "hôm kia",
    "hômqua": "hôm qua", "hômnay": "hôm nay", "ngàymai": "ngày mai", "hariini": "hari ini",
    "kemarinlusa": "kemarin lusa",
    "evvelsigün": "evvelsi gün", "أولأمس": "أول أمس",
}  # fmt: skip


class Age(NamedTuple):
    """So many of a unit, less than zero for what is past."""

    number: float
    unit: str


def read_age(words: str, locale: str) -> Age | None:
    """Return the age that folded words tell in a language, None if they tell none.

    >>> read_age("vor 2 stunden", "de"), read_age("il y a une heure", "fr"), read_age("heute", "de")
    (Age(number=-2, unit='hour'), Age(number=-1, unit='hour'), None)
    """
    for pattern, sign, number, unit in _patterns(locale):
        if (match := pattern.fullmatch(words)) is not None:
            told = match["number"] if number is None else None
            amount = number or (int(told) if told and told.isdecimal() else 1)
            return Age(sign * amount, unit)
    return None


def day_words(language: str) -> dict[str, int]:
    """Return what a language calls the days around today → how far they are."""
    words = dict(zip(_DAYS.get(language, "").split(), range(-2, 2), strict=False))
    return words | {SPACED[word]: days for word, days in words.items() if word in SPACED}


Pattern = tuple[regex.Pattern[str], int, int | None, str]


@lru_cache(maxsize=64)
def _patterns(name: str) -> list[Pattern]:
    """Return the patterns of a language with their sign, number and unit; none that means two things."""
    meanings: dict[str, set[tuple[int, int | None, str]]] = {}
    for text, meaning in _told(name):
        meanings.setdefault(text, set()).add(meaning)
    return [(regex.compile(text), *min(found, key=str)) for text, found in meanings.items() if len(found) == 1]


def _told(name: str) -> Iterator[tuple[str, tuple[int, int | None, str]]]:
    locale = locale_of(name)
    number = rf"(?P<number>[0-9]{{1,6}}{''.join('|' + one for one in ONES.get(locale.language, '').split())})"
    fields = locale._data["date_fields"]  # babel writes ages of these, and reads none
    for unit in UNITS:
        for width in ("", "-short", "-narrow"):
            for way, sign in (("past", -1), ("future", 1)):
                for plural, text in fields.get(unit + width, {}).get(way, {}).items():
                    if "{0}" not in text and plural not in WITHOUT_A_NUMBER:
                        continue
                    amount = None if "{0}" in text else WITHOUT_A_NUMBER[plural]
                    for spelling in _spellings(folded(text, locale.language), locale.language):
                        yield _as_regex(spelling, number), (sign, amount, unit)
                        if plural == "one" and locale.language in BARE and "{0}" in text:
                            yield _as_regex(spelling.replace("{0}", ""), number), (sign, 1, unit)


def _spellings(text: str, language: str) -> set[str]:
    return {text.replace(ALSO[language][0], word) for word in ALSO[language]} if language in ALSO else {text}


def _as_regex(text: str, number: str) -> str:
    """Return the regex of a text with a place for its number; spaces and points of abbreviations may be missing."""
    pieces = [
        regex.escape(piece, special_only=True, literal_spaces=True) for piece in " ".join(text.split()).split("{0}")
    ]
    return number.join(piece.replace(" ", r"\s?").replace(r"\.", r"\.?") for piece in pieces)
