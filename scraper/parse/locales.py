"""What a language says of dates and numbers, by the CLDR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scraper.errors import PatternError

if TYPE_CHECKING:
    from babel import Locale


def locale_of(name: str) -> Locale:
    """Return a locale by its name, or raise PatternError."""
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
