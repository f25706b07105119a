"""Find a Chromium on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from scraper.job import Settings

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""What a Chromium is called on Linux, the smallest first."""
NOT_FOUND = (
    "browser needs a Chromium: install Debian's `chromium` or `chromium-headless-shell`, run `playwright install"
    " chromium`, or say where one is by browser_path"
)


def find_program(path: str | None) -> str | None:
    """Return the Chromium to start; None: Playwright's own."""
    return path or next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def has_own_program() -> bool:
    """Return whether Playwright has installed a Chromium of its own."""
    home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    return any(Path(home).glob("chromium*"))


def mistakes(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield why no Chromium can be started, below the key of the settings that would mend it."""
    if settings.browser_path is not None:
        if not os.access(settings.browser_path, os.X_OK):
            yield "browser_path", "expected a program that can be started"
    elif find_program(None) is None and not has_own_program():
        yield "fetcher", NOT_FOUND
