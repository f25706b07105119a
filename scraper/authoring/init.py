"""`init`: get one page and write the config that is drafted of it, to the screen or to a file that is new."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from scraper.authoring.draft import draft_lines
from scraper.authoring.one_page import as_template, fetch, is_url, open_file
from scraper.config import load as config
from scraper.errors import ConfigError, OutputError, ScraperError
from scraper.job import Job
from scraper.models import Failure, Page, Request


def draft(target: str, settings: Mapping[str, str], output: Path | None, replay: Path | None = None) -> list[str]:
    """Return a config for a URL or a saved page; `output` is the file that it will be, which must not be there yet.

    `replay`: recorded pages that answer in the place of the site.

    Raises ScraperError if there is no such page, and for one of which nothing can be made.
    """
    if output is not None and output.exists():
        raise OutputError(f"{output}: is already there, and init overwrites nothing; choose another --output")
    if is_url(target):
        return draft_lines(_fetched(target, settings, replay), output)
    return draft_lines(open_file(target), output, target)


def write_new(output: Path, lines: Sequence[str]) -> None:
    """Write a file that is not there yet, or raise OutputError."""
    try:
        with output.open("x", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written: {error.strerror or error}") from error


def _fetched(url: str, settings: Mapping[str, str], replay: Path | None) -> Page:
    page = fetch(_job(url, settings), Request(url, "page"), replay)
    if isinstance(page, Failure):
        raise ScraperError(f"{url}: {page.reason}: {page.detail}")
    return page


def _job(url: str, settings: Mapping[str, str]) -> Job:
    """Return a job of one URL with the settings of -s; ConfigError for what is wrong in either."""
    kind = {"start_urls": [as_template(url)], "records": {"fields": {"title": "title"}}}
    with tempfile.TemporaryDirectory(prefix="scraper-") as folder:
        path = Path(folder, "page.yaml")
        path.write_text(json.dumps({"pages": {"page": kind}}), encoding="utf-8")
        try:
            return config.load_config(path, settings)
        except ConfigError as error:
            ours = str(path)
            told = [replace(p, file=url, line=0, path="") if p.file == ours else p for p in error.problems]
            raise ConfigError(told) from None
