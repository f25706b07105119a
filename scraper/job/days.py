"""Ranges of days, such as the last week: which days they are depends on the day on which a run began."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from msgspec import Struct

from scraper.errors import Malformed
from scraper.job.late import late_re

WANTED = "today, today-7 or a day such as 2026-11-26"
DIRECTIVES = "YymdjbBaAuwUWVG%"
"""What `strftime` writes of a day, on every system."""
_relative = late_re(r"today(?:\s*([+-])\s*(\d{1,6}))?", re.ASCII)
_fixed = late_re(r"\d{4}-\d\d-\d\d", re.ASCII)
_directive = late_re(r"%(.?)", re.DOTALL)


class Days(Struct, frozen=True):
    """`{first: today-7, last: today, step: 1, format: "%Y-%m-%d"}`: both ends included; they stand as in the file."""

    first: str
    last: str
    today: date
    """The day on which the run began: that on which the file was read, until there is one."""
    step: int = 1
    format: str = "%Y-%m-%d"

    @property
    def ends(self) -> tuple[date, date]:
        """Return the first and the last day; raises Malformed with the one that is none."""
        return read_day(self.first, self.today), read_day(self.last, self.today)

    def texts(self) -> Iterator[str]:
        """Yield the days as they are written, in order; of equal ones in a row the first, such as those of a month."""
        return (text for text, _ in itertools.groupby(day.strftime(self.format) for day in self._days()))

    def _days(self) -> Iterator[date]:
        first, last = self.ends
        beyond = last.toordinal() + (1 if self.step > 0 else -1)
        return map(date.fromordinal, range(first.toordinal(), beyond, self.step))


def read_day(text: str, today: date) -> date:
    """Return the day that a text means, or raise Malformed.

    >>> read_day("today-7", date(2026, 3, 1)).isoformat(), read_day("2026-11-26", date.min).isoformat()
    ('2026-02-22', '2026-11-26')
    """
    try:
        if match := _relative.fullmatch(text):
            return today + timedelta(days=int(f"{match[1] or '+'}{match[2] or 0}"))
        if _fixed.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise Malformed(f"expected {WANTED}, got {text!r}: {error}") from error
    except OverflowError as error:
        raise Malformed(f"{text!r} lies beyond the years 1 to 9999") from error
    raise Malformed(f"expected {WANTED}, got {text!r}")


def day_of(moment: float, zone: str | None) -> date:
    """Return the day of a moment, seconds since the epoch, in a time zone or UTC: never the machine's."""
    return datetime.fromtimestamp(moment, zone_of(zone)).date()


def zone_of(name: str | None) -> tzinfo:
    """Return a time zone by its IANA name, UTC for None. Raises ValueError, OSError and KeyError for what is none."""
    if name is None:
        return UTC
    from zoneinfo import ZoneInfo  # few jobs have one

    return ZoneInfo(name)


def unknown_directive(form: str) -> str | None:
    """Return the first part of a format that does not write anything of a day.

    >>> unknown_directive("%Y/%-d %% %H"), unknown_directive("%d.%m.")
    ('%H', None)
    """
    without_zeros = re.sub(r"%-(?=[dmj])", "%", form)
    return next((match[0] for match in _directive.finditer(without_zeros) if match[1] not in [*DIRECTIVES]), None)
