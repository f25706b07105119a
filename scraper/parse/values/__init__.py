"""Texts → values: numbers, dates, and the types that a config may name.

types         the types that there are, and what each can
casts         texts → values
numbers       numbers as they stand on pages
magnitudes    words that multiply them
money         what may stand beside them
dates         dates and times
plain_dates   those that need no format
date_formats  those that have one, by its pattern
moments       what a text leaves out of a moment
clock         hours of twelve
zones         offsets and names of zones
relative      "3 hours ago"
ages          the same in other languages
locales       what a language says of dates and numbers
"""

__all__ = ["casts", "dates", "types"]
