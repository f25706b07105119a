"""Read the zone behind a clock time: an offset, or a name by a table, never by what the machine calls its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from scraper.job.late import late_regex

_SIGNED = r"[+-](?:\d{1,2}(?::\d{2}){1,2}|\d{2}(?:\d{2}){0,2})"
ZONE = rf"(?:utc|gmt|ut)\s?[+-]\d{{1,2}}(?::?\d{{2}}){{0,2}}|{_SIGNED}|z(?![a-z])|[a-z]{{2,5}}"
"""In lower case, as a regex."""

_HOURS = {
    0: "z ut utc gmt wet",
    1: "cet mez west wat",
    2: "cest mesz eet sast cat",
    3: "eest msk eat",
    7: "wib",
    8: "hkt sgt awst wita",
    9: "jst kst wit",
    10: "aest",
    11: "aedt",
    12: "nzst",
    13: "nzdt",
    -3: "brt",
    -4: "edt",
    -5: "est",
    -6: "mdt",
    -7: "mst pdt",
    -8: "pst akdt",
    -9: "akst",
    -10: "hst",
}
_OFFSETS = {name: timedelta(hours=hours) for hours, names in _HOURS.items() for name in names.split()}
_OFFSETS |= {"acst": timedelta(hours=9.5), "acdt": timedelta(hours=10.5), "npt": timedelta(hours=5.75)}
_OFFSETS |= {"nst": timedelta(hours=-3.5), "ndt": timedelta(hours=-2.5)}
_offset = late_regex(r"(?:(?:utc|gmt|ut)\s?)?([+-])(\d{1,2}):?(\d{2})?:?(\d{2})?")


def placed(moment: datetime, name: str, zone: tzinfo | None) -> datetime:
    """Return a moment in the zone of a name in lower case, which may be the field's own; ValueError for none.

    >>> placed(datetime(2024, 3, 5, 10), "gmt+2", None).isoformat()
    '2024-03-05T10:00:00+02:00'
    """
    own = moment.replace(tzinfo=zone)
    if zone is not None and (own.tzname() or "").lower() == name:
        return own
    return moment.replace(tzinfo=_zone(name))


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    if (match := _offset.fullmatch(name)) is not None:
        hours, minutes, seconds = (int(match[n] or 0) for n in (2, 3, 4))
        if hours > 15 or minutes > 59 or seconds > 59:
            raise ValueError(f"has {name!r} for a zone, and no zone is so far away")
        away = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return timezone(-away if match[1] == "-" else away) if away else UTC
    if name not in _OFFSETS:
        raise ValueError(f"has the zone {name.upper()!r}, which is none or that of several countries; say `timezone`")
    return timezone(_OFFSETS[name]) if _OFFSETS[name] else UTC
