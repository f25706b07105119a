"""Check that the library is there that something needs which a config asks for."""

from __future__ import annotations

from collections.abc import Iterator

from scraper.job.extras import Extra
from scraper.job.yamldoc import Complaint, KeyPath


def check_extra(extra: Extra | None, what: str, path: KeyPath) -> Iterator[Complaint]:
    """Yield what to install for what is asked for at this place."""
    if extra is not None and extra.is_missing:
        yield Complaint(path, extra.needed_by(what))
