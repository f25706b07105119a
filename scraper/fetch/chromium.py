"""Find a Chromium on this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""What a Chromium is called on Linux, the smallest first."""


def find_program(path: str | None) -> str | None:
    """Return the Chromium to start; None: Playwright's own."""
    return path or next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def has_own_program() -> bool:
    """Return whether Playwright has installed a Chromium of its own."""
    home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright"
    return any(Path(home).glob("chromium*"))
