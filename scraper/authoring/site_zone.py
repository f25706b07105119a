"""Guess the time zone of a site: the only one of the country in whose domain it is."""

from __future__ import annotations

import importlib.resources
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit


def zone_of(url: str) -> tuple[str, str]:
    """Return an IANA zone for a site and why it is that; UTC where its domain does not tell.

    >>> zone_of("https://example.fr/x")[0], zone_of("https://example.com/")[0], zone_of("https://example.co.uk/")[0]
    ('Europe/Paris', 'UTC', 'Europe/London')
    """
    country = (urlsplit(url).hostname or "").rpartition(".")[2].upper()
    zones = _zones().get({"UK": "GB"}.get(country, country), [])
    if len(zones) == 1:
        return zones[0], f"the only zone of .{country.lower()}"
    return "UTC", "say the site's own"


def _zones() -> dict[str, list[str]]:
    """Return the zones of each country by its code, as the database of zones lists them; none without it."""
    found: dict[str, list[str]] = {}
    for line in _table().splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found.setdefault(country, []).append(zone)
    return found


def _table() -> str:
    for folder in zoneinfo.TZPATH:
        path = Path(folder, "zone.tab")
        if path.is_file():
            return path.read_text(encoding="utf-8")
    try:
        return importlib.resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    except (ImportError, OSError):
        return ""
