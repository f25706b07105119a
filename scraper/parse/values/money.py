"""The codes, signs and words of money that may stand beside a number.

They stand here and not with a library whose data changes: tests/parse/test_money.py holds them to the CLDR.
"""

from __future__ import annotations

import regex

CODES = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF"
    " CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL"
    " HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD"
    " MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR"
    " RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS"
    " UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG".split()
)
"""ISO 4217, without metals, funds and units of account; CNH and HRK, which pages still say."""

WORDS = (
    "kr\\.?+|kč|zł|(?-i:Ft)|лв\\.?+|руб\\.?+|р\\.|грн\\.?+|ден\\.?+|дин\\.?+|din\\.?+|lei|leu|rs\\.?+|rp\\.?+|rmb|rm|tl"
    "|s\\.?fr\\.?+|fr\\.|円|元|圆|圓|원|บาท|euros?|br\\$|s/\\.?+|f cfa|fcfa|đ|تومان|ریال|ر\\.س\\.?+|د\\.إ\\.?+"
)
"""In any case, as a regex; a point that a word may have is never that of a number: `kr.12` is 12."""

PREFIXES = "A|AU|AR|B/|BZ|C|CA|CI|CL|EC|FJ|HK|J|MX|NT|NZ|R|RD|S|SG|TT|U|US|Bds|CN|JP|RMB"
"""What stands before a sign of money and says whose it is: US$, CN¥. No multiplier is among them: M€ is none."""

CURRENCY = rf"(?=[^\d\s.,+-])(?:(?:(?:{PREFIXES})\s?)?(?!¢)\p{{Sc}}|(?i:{WORDS})|(?P<code>[A-Z]{{3}}))"
CENTS = r"(?P<cents>(?:US)?¢)"


def are_codes(found: list[str]) -> bool:
    """Return whether all of these are codes of money.

    >>> are_codes(["EUR"]), are_codes(["NOV"])
    (True, False)
    """
    return CODES.issuperset(found)


def is_money(text: str) -> bool:
    """Return whether a sign, code or word of money stands in a text."""
    match = regex.search(CURRENCY, text)  # compiled when it is first asked for
    return match is not None and are_codes(match.captures("code"))
