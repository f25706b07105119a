"""Read a text by a pattern of strptime's, in the language of a locale and never in the machine's.

Names are matched where the pattern has them, the longest first. What strptime alone knows (%j, %U, %G and the like) is
left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import regex

from scraper.job.late import late_regex
from scraper.parse.values import locales
from scraper.parse.values.clock import AM_PM, HALVES, hour_of
from scraper.parse.values.moments import Told
from scraper.parse.values.zones import ZONE

NUMBERS = {
    "Y": r"\d{4}", "y": r"\d{2}", "m": r"1[0-2]|0?[1-9]", "d": r"3[01]|[12]\d|0?[1-9]", "H": r"2[0-4]|[01]?\d",
    "I": r"1[0-2]|0?[1-9]", "M": r"[0-5]?\d", "S": r"[0-5]?\d", "f": r"\d{1,9}",
}  # fmt: skip
LEFT_TO_STRPTIME = frozenset("cxXUWwGVuj")
OF_AN_ERA = {"th": "Buddhist", "fa": "Persian", "ps": "Persian", "ckb": "Persian", "ar": "Islamic", "ur": "Islamic"}
"""Languages that count years in another way too."""
BUDDHIST = 543
"""Years between that count and ours."""
FIRST_OF_OURS, LAST_OF_OURS = 1700, 2400
"""Years of such a language that are ours."""
_directive = late_regex(r"%(.)|(\s+)", regex.DOTALL)
_written_zone = late_regex(r"(%[HMSfp]\s?)(?:Z|UTC|GMT)(?![\w%+-])")
_greenwich = late_regex(r"\b(?:UTC?|GMT)\b")


def zoned(pattern: str) -> str:
    """Return a pattern in which a zone that stands behind its clock as a text is read as one.

    >>> zoned("%Y-%m-%dT%H:%M:%SZ"), zoned("%d.%m.%Y %H:%M GMT%z")
    ('%Y-%m-%dT%H:%M:%S%Z', '%d.%m.%Y %H:%M GMT%z')
    """
    return _written_zone.sub(r"\1%Z", pattern)


def compile_format(pattern: str, locale: str | None) -> Callable[[str], Told]:
    """Return the function that reads a text by a pattern; it raises ValueError for one that does not match."""
    language = locales.language_of(locale)
    months, days = locales.month_names(locale), locales.day_names(locale)
    halves = locales.half_names(locale)
    names = {"b": _any_of(months), "B": _any_of(months), "a": _any_of(days), "A": _any_of(days)}
    names |= {"p": rf"{AM_PM}|{HALVES}|{_any_of(halves)}" if halves else rf"{AM_PM}|{HALVES}", "z": ZONE, "Z": ZONE}
    parts, end, whole = [], 0, zoned(pattern)
    for match in _directive.finditer(whole):
        parts.append(regex.escape(locales.folded(whole[end : match.start()], language)))
        parts.append(r"\s+" if match[2] else _part(match[1], names, locales.ordinals(locale)))
        end = match.end()
    parts.append(regex.escape(locales.folded(whole[end:], language)))
    fullmatch = regex.compile("".join(parts)).fullmatch
    has_names = regex.search("%[aAbB]", pattern) is not None
    hint = f" in {locale}" if locale else "; names of another language need `locale`" if has_names else ""

    def read(text: str) -> Told:
        match = fullmatch(locales.folded(text, language).strip())
        if match is None:
            raise ValueError(f"does not match the format {pattern!r}{hint}")
        found = {key: value.rstrip(".") for key, value in match.groupdict().items() if value}
        half = found.get("p", "")
        return Told(
            year=_year(found, language, match["Y"] if "Y" in found else None),
            month=int(found["m"]) if "m" in found else months.get(" ".join(found.get("b", "").split())),
            day=int(found["d"]) if "d" in found else None,
            weekday=days.get(" ".join(found.get("a", "").split())),
            hour=_hour(found, halves.get(half, half)),
            minute=int(found.get("M", 0)),
            second=int(found.get("S", 0)),
            microsecond=int(found.get("f", "0")[:6].ljust(6, "0")),
            zone=found.get("z", "").replace(" ", ""),
        )

    return read


def needs_strptime(pattern: str) -> bool:
    """Return whether a pattern holds what only strptime reads."""
    return not LEFT_TO_STRPTIME.isdisjoint(match[1] or "" for match in _directive.finditer(pattern))


def has_year(pattern: str) -> bool:
    """Return whether a pattern holds the year, alone or in a date of the locale."""
    return regex.search("%[YyGcx]", pattern) is not None


def by_strptime(text: str, pattern: str, fetched: datetime) -> datetime:
    """Return what strptime reads; without a year, the moment nearest to the fetch.

    Its %Z knows what this machine calls its zone and forgets it; %z takes offsets and Z.
    """
    whole = zoned(pattern).replace("%Z", "%z")
    if whole != pattern:
        pattern, text = whole, _greenwich.sub("Z", text)
    if has_year(pattern):
        return datetime.strptime(text, pattern)
    found = []
    for year in (fetched.year - 1, fetched.year, fetched.year + 1):
        try:
            found.append(datetime.strptime(f"{year} {text}", f"%Y {pattern}"))
        except ValueError as error:
            mistake = error
    if not found:
        raise mistake
    return min(found, key=lambda moment: abs(moment.replace(tzinfo=fetched.tzinfo) - fetched))


def _part(directive: str, names: dict[str, str], ordinals: str) -> str:
    """Return the regex of a directive, in a group of its name; wide and short names are of one group."""
    if directive == "%":
        return "%"
    if directive in NUMBERS:
        end = f"(?:{ordinals})?" if directive == "d" and ordinals else ""
        return f"(?P<{directive}>{NUMBERS[directive]}){end}"
    group = {"B": "b", "A": "a", "Z": "z"}.get(directive, directive)
    point = r"(?<!\d(?=\d))\.?" if directive in "aAbB" else r"\.?" if directive == "p" else ""
    return f"(?P<{group}>{names[directive]}){point}"


def _any_of(words: Iterable[str]) -> str:
    """Return a regex of words, the longest first; any white space stands for any other."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(r"\s?".join(map(regex.escape, word.split())) for word in longest)


def _year(found: dict[str, str], language: str, full: str | None) -> int | None:
    """Return the year of our count."""
    if full is None:
        if "y" not in found:
            return None
        if language in OF_AN_ERA:
            raise ValueError(f"has a year of two digits, which may be {OF_AN_ERA[language]}")
        short = int(found["y"])
        return short + (2000 if short < 69 else 1900)
    return our_year(int(full), language)


def our_year(year: int, language: str) -> int:
    """Return a year of a language as one of our count; ValueError where that is not sure.

    >>> our_year(2567, "th"), our_year(2024, "th"), our_year(2024, "fa")
    (2024, 2024, 2024)
    """
    if language == "th" and year > LAST_OF_OURS:
        return year - BUDDHIST
    if language in OF_AN_ERA and year < FIRST_OF_OURS:
        raise ValueError(f"has a year of the {OF_AN_ERA[language]} calendar, which is not read")
    return year


def _hour(found: dict[str, str], half: str) -> int:
    hour = int(found.get("H") or found.get("I") or 0)
    if "I" in found and not half:
        return hour % 12  # as strptime has it
    if half and half[0] == "p" and "H" in found and 12 < hour < 24:
        return hour
    return hour_of(hour, half)
