"""Read numbers as they stand on pages: one number and the whole text, or Malformed with the key that would read it.

The marks decide, and no library's data unless a `locale` is said: spaces and apostrophes are thousands marks
everywhere, of point and comma one is and the other begins the fraction. Where both readings are possible there is no
number.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from functools import lru_cache

import regex

from scraper.errors import Malformed
from scraper.job.late import late_regex
from scraper.parse.values.magnitudes import PLAIN, Magnitudes
from scraper.parse.values.money import CENTS, CURRENCY, are_codes, is_money

MAX_LENGTH = 1000
"""Characters of a number: a float has 309 digits before its point. The time to read one grows with their square."""

_plain = dict.fromkeys(range(0x2066, 0x206A))  # isolates
_plain |= dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e")
)
_plain |= str.maketrans("．，－＋−–‒﹣‘’ʼ＇＄￠", ".,-+----''''$¢") | dict.fromkeys(
    map(ord, "\u00a0\u2007\u2009\u202f"), " "
)
_other_digits = late_regex(r"[^\P{Nd}0-9０-９]")
_no_cents = r"(?:-{1,2}|[—―])"
_clear_comma = late_regex(rf",{_no_cents}(?!\d)|[0-9][' ][0-9]{{3}},")
_doubtful = late_regex(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_simple = late_regex(r"-?[0-9]+(?:\.[0-9]{1,2})?")
"""What most numbers are, and what is clear: it takes a fifth of the time."""
_first_to_last = late_regex(r"[0-9](?:.*[0-9])?", regex.DOTALL)
_no_whole = late_regex(r"[.,][0-9]{2}")
"""Matches what a dash before it may make -0.95, or 0.95 as Swiss shops write it."""
_english = late_regex(r"[0-9]\s*(?:B|T|(?i:thousand|million|billion|trillion))\s*\p{Sc}?$")
_a_number = late_regex(r"[0-9]+(?:[.,' ][0-9]+)*")
_wholes = {
    comma: rf"[0-9]+|[1-9][0-9]{{0,2}}(?P<mark>[{regex.escape(comma)}' ])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    for comma in ".,"
}
_wholes[","] += r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"  # lakhs and crores


@lru_cache(maxsize=64)
def _pattern(point: str, times: Magnitudes) -> regex.Pattern[str]:
    whole = _wholes["." if point == "," else ","]
    return regex.compile(
        rf"(?P<sign>[+-]?)\s*(?:(?P<before>{CURRENCY})\s*)?(?P<minus>[+-]?)\s*"
        rf"(?P<amount>(?P<whole>{whole})?(?:{regex.escape(point)}(?:(?P<part>[0-9]+)|(?<=\d.){_no_cents}))?)"
        rf"(?:\s*(?P<times>{times.pattern})|\s*[/:][-=])?\s*(?:{CENTS}|(?P<behind>{CURRENCY}))?"
    )


def parse_number(text: str, decimal: str | None = None, times: Magnitudes = PLAIN) -> Decimal:
    """Return the number that a text is, or raise Malformed; `decimal` is None where nobody has said the sign.

    `times`: what may stand behind it and multiply it.

    >>> [str(parse_number(t)) for t in ("1,234.5", "￥１２", "3.5万", "1 000 EUR", "-7", "1.234,50", "99¢", "12,-")]
    ['1234.5', '12', '35000.0', '1000', '-7', '1234.50', '0.99', '12']
    """
    if len(text) > MAX_LENGTH:
        raise Malformed(f"is no number: it has more than {MAX_LENGTH} characters")
    if _simple.fullmatch(text) and decimal != ",":
        return Decimal(text)
    plain = (text if text.isascii() else _in_ascii(text.translate(_plain))).strip()
    if plain.startswith("(") and plain.endswith(")") and is_money(plain):
        inner = plain[1:-1].strip()
        if "-" not in inner.rstrip("-") and "+" not in inner:
            return -_read(inner, decimal, times)
    return _read(plain, decimal, times)


def _in_ascii(text: str) -> str:
    """Return the text with the digits and marks of its script as ours; digits of two scripts stay as they are."""
    others = set(_other_digits.findall(text))
    zeros = {ord(digit) - unicodedata.decimal(digit) for digit in others}
    if len(zeros) < 2 and not (others and regex.search("[0-9]", text)):
        text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    return text


def _read(text: str, decimal: str | None, times: Magnitudes) -> Decimal:
    arabic = "\u066b" in text or "\u066c" in text
    if arabic:
        text, decimal = text.replace("\u066c", ",").replace("\u066b", "."), "."
    number = _number(text, decimal or _own_point(text), times)
    if number is None or (decimal is None and "." in text and _is_doubtful(text, times)):
        raise Malformed(_cause(text, decimal, times))
    return number


def _number(text: str, point: str, times: Magnitudes) -> Decimal | None:
    match = _pattern(point, times).fullmatch(text)
    if match is None or not (match["whole"] or match["part"]) or not are_codes(match.captures("code")):
        return None
    sign = match["sign"] or match["minus"]
    if (match["sign"] and match["minus"]) or (sign and _no_whole.fullmatch(match["amount"])):
        return None
    whole = regex.sub(r"[^0-9]", "", match["whole"] or "0")
    number = Decimal(f"{sign}{whole}.{match['part'] or '0'}" if match["part"] else sign + whole)
    if match["times"]:
        is_amount = bool(match["before"] or match["behind"] or match["part"])
        if (factor := times.factor(match["times"], is_amount=is_amount)) is None:
            return None
        number *= factor
    return number / 100 if match["cents"] else number


def _own_point(text: str) -> str:
    """Return the sign before the fraction as a text's own marks tell it; the point where they tell nothing."""
    amount = _first_to_last.search(text)
    marks = amount[0] if amount else ""  # a word such as kr. has a point of its own
    point, comma = marks.rfind("."), marks.rfind(",")
    if point >= 0 and comma >= 0:
        return "." if point > comma else ","
    return "," if marks.count(".") > 1 or _clear_comma.search(text) else "."


def _is_doubtful(text: str, times: Magnitudes) -> bool:
    """Return whether three digits follow the only mark, a point: thousands in one half of the world.

    Not before 万 and the like: where they are written, a point begins the fraction.
    """
    match = _pattern(".", times).fullmatch(text)
    is_point = match is None or (match["times"] or "k") < "\u2e80"
    return match is not None and is_point and _doubtful.fullmatch(match["amount"]) is not None


def _cause(text: str, decimal: str | None, times: Magnitudes) -> str:
    """Return why a text is no number, and the key that would read it if there is one."""
    readings = {point: found for point in ".," if (found := _number(text, point, times)) is not None}
    if decimal is None and len(readings) == 2:
        return f'may be the number {readings[","]} or {readings["."]}: say `decimal`, "," or "."'
    if readings:
        ((point, number),) = readings.items()
        other = "." if point == "," else ","
        return f'is no number with "{other}" before the fraction; with `decimal: "{point}"` it is {number}'
    numbers = _a_number.findall(text)
    if regex.search(r"[+-]\s*[.,][0-9]{2}(?![0-9])", text):
        return "may be a number below 0, or a price without its zero; take it out with `regex`"
    if "\n" in text and len(numbers) > 1:
        return "is no number: a break between elements is no thousands mark; select one of them"
    if len(numbers) == 1 and text.endswith("%"):
        return 'is no number; `steps: [{remove_suffix: "%"}]` takes the sign off'
    if len(numbers) == 1 and times is PLAIN and _english.search(text):
        return "is no number without its language; `locale: en` reads the word behind it, or take it out with `regex`"
    return "is no number; take it out with `regex`" if len(numbers) == 1 else "is no number"
