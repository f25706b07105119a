"""The cookies of one page in the browser: those of the run go in, and what the page has set comes out.

In between Chromium has them: it tells what each request carries, and scripts see what they see there.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

from scraper.fetch.set_cookie import Cookie

Lines = tuple[tuple[str, str], ...]
"""For each cookie a URL that may set it, and its Set-Cookie line."""


class Jar:
    """The cookies of one context of Playwright's."""

    def __init__(self, context: Any, kept: Sequence[Cookie]) -> None:
        """`kept`: the run's cookies for the page's site. Raises what Playwright raises."""
        self._context = context
        if kept:
            context.add_cookies([_given(cookie) for cookie in kept])
        self._before = self._now()

    def changes(self) -> Lines:
        """Return what was set, and what was taken away, since the page was opened."""
        now = self._now()
        gone = [one | {"expires": 0.0} for key, one in self._before.items() if key not in now]
        return tuple(_lines([one for key, one in now.items() if self._before.get(key) != one] + gone))

    def _now(self) -> dict[tuple[str, ...], dict[str, Any]]:
        found = self._context.cookies()
        return {(one["domain"], one["name"], one["path"], one.get("partitionKey") or ""): one for one in found}


def _given(cookie: Cookie) -> dict[str, Any]:
    """Return a cookie as Playwright takes it."""
    return {
        "name": as_text(cookie.name),
        "value": as_text(cookie.value),
        "domain": cookie.domain if cookie.is_host_only else f".{cookie.domain}",
        "path": cookie.path,
        "expires": -1 if math.isinf(cookie.expires) else cookie.expires,
        "secure": cookie.is_secure,
        "httpOnly": cookie.is_http_only,
    }


def _lines(cookies: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    now = time.time()
    for one in cookies:
        parts = [f"{one['name']}={one['value']}", f"Path={one['path']}"]
        if one["domain"].startswith("."):
            parts.append(f"Domain={one['domain'][1:]}")
        if one["expires"] >= 0:
            parts.append(f"Max-Age={max(math.ceil(one['expires'] - now), 0)}")
        parts += [word for word, is_so in (("Secure", one["secure"]), ("HttpOnly", one["httpOnly"])) if is_so]
        yield f"https://{one['domain'].removeprefix('.')}{one['path']}", as_bytes("; ".join(parts))


def as_text(line: str) -> str:
    """Return of a header line, a character a byte, the text that a browser makes of it."""
    try:
        return line.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return line


def as_bytes(text: str) -> str:
    """Return a text of the browser's as it stands in a header line, a character a byte."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")
