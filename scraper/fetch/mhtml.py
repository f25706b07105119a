"""The page in an MHTML file, as browsers save one ("Webpage, single file"): what the page had become, not what came.

Status and header lines are not in it. Scripts are left out by Chromium, and with them JSON-LD and data for scripts.
"""

from __future__ import annotations

import codecs
import email
import email.policy
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from scraper.errors import ReplayError
from scraper.models import Page

SUFFIXES = (".mhtml", ".mht")


def read_mhtml(path: Path, data: bytes, saved_at: float) -> Page | None:
    """Return the page, `saved_at` where the file tells no date; None for a file of another name.

    Raises ReplayError for one without a page.
    """
    if path.suffix.lower() not in SUFFIXES:
        return None
    whole = email.message_from_bytes(data, policy=email.policy.compat32)
    part = next(
        (each for each in whole.walk() if each.get_content_type() in ("text/html", "application/xhtml+xml")), None
    )
    body = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(body, bytes) or not body:
        raise ReplayError(f"{path}: expected an MHTML with a page of HTML in it; found none")
    url = part.get("Content-Location") or whole.get("Snapshot-Content-Location") or ""
    return Page(url.strip(), 200, (("Content-Type", part.get_content_type()),), _marked(body), _date(whole, saved_at))


def _marked(body: bytes) -> bytes:
    """Return UTF-16, which no meta can tell, with a byte order mark."""
    if body[:1] == b"<" and body[1:2] == b"\0":
        return codecs.BOM_UTF16_LE + body
    return codecs.BOM_UTF16_BE + body if body[:2] == b"\0<" else body


def _date(whole: Message, saved_at: float) -> float:
    try:
        return parsedate_to_datetime(whole.get("Date", "")).timestamp()
    except (TypeError, ValueError):
        return saved_at
