"""Read the meta.yaml of a recorded exchange: what is wrong in it is told with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from msgspec import Struct

from scraper.errors import ConfigError, Malformed, ReplayError
from scraper.job import yamldoc

T = TypeVar("T")


class Meta(Struct, frozen=True):
    """All of a recorded exchange but its page; references stand for secrets."""

    url: str
    method: str
    status: int
    headers: dict[str, Any]
    fetched_at: float
    body_sha256: str
    """Of the request's body, empty where it had none."""
    page: str | None
    """The name of the page's file, where it is not the only one named page.*."""
    page_sha256: str | None


def read_meta(path: Path) -> Meta:
    """Return what a meta.yaml says, or raise ReplayError."""
    try:
        document = yamldoc.load(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError, ConfigError) as error:
        raise ReplayError(f"{path}: cannot be read: {error}") from error
    data = document.data
    if not isinstance(data, dict):
        raise ReplayError(f"{path}: expected keys such as url and status, got {type(data).__name__}")

    def value(key: str, read: Callable[[Any], T], default: Any = None) -> T:
        try:
            return read(data.get(key, default))
        except (Malformed, ValueError, OverflowError) as error:
            raise ReplayError(str(document.problem(yamldoc.Complaint((key,), str(error))))) from error

    return Meta(
        url=value("url", _url),
        method=value("method", str, "GET"),
        status=value("status", _status, 200),
        headers=value("headers", _headers),
        fetched_at=value("fetched_at", _seconds, "1970-01-01T00:00:00Z"),
        body_sha256=value("body_sha256", str, ""),
        page=value("page", _text),
        page_sha256=value("page_sha256", _text),
    )


def _url(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed(f"expected a key 'url', got {value!r}")
    urlsplit(value)
    return value


def _status(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) == 3):
        raise Malformed(f"expected a status of three digits, got {text[:40]!r}")
    return int(text)


def _headers(value: Any) -> dict[str, Any]:
    lines = {} if value is None else value
    if not isinstance(lines, dict) or any(isinstance(line, dict) for line in lines.values()):
        raise Malformed("expected header lines by their names, each a text or a list of texts")
    return lines


def _seconds(value: Any) -> float:
    at = datetime.fromisoformat(str(value)).timestamp()
    if at < 0:
        raise Malformed(f"expected a time since 1970, got {value}")
    return at


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
