"""Write fixtures/ anew from facts: `python -m tests.pages.make_fixtures`. The same facts give the same bytes.

The pages have the markup of the real sites; everything else on them is written for this project. The records that a
page must give come from the facts and never from the parser, so that they can judge it.

    fixture.py          one exchange and its records
    maoyan_pages.py     boards, boards with one thing wrong, captcha
    toscrape_pages.py   quotes and books
    worked/             the sites of the other worked configs
    data/               facts (*.jsonl) and page templates (*.html)
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.pages import maoyan_pages, toscrape_pages, worked
from tests.support.fixture import json_lines

FIXTURES = Path(__file__).parents[2] / "fixtures"
BEGIN = datetime(2026, 11, 20, 2, tzinfo=UTC)
"""When the first page of each folder was fetched; each next one a second later."""


def build() -> dict[str, bytes]:
    """Return the bytes of every file by its path below fixtures/.

    Beside the folder of a site lies <site>.jsonl: what a run over all of its pages publishes.
    """
    sites = {
        "maoyan": list(maoyan_pages.boards()),
        "maoyan-variants": list(maoyan_pages.variants()),
        "maoyan-blocked": list(maoyan_pages.blocked()),
        "quotes": list(toscrape_pages.quotes()),
        "books": list(toscrape_pages.books()),
    }
    files = {
        f"{site}/{fixture.slug}/{name}": content
        for site, fixtures in sites.items()
        for seconds, fixture in enumerate(fixtures)
        for name, content in fixture.files(BEGIN + timedelta(seconds=seconds))
    }
    for site in ("maoyan", "quotes"):
        files[f"{site}.jsonl"] = b"".join(json_lines(fixture.records or ()) for fixture in sites[site])
    files["books.jsonl"] = json_lines(toscrape_pages.merged_books())
    for site, module in worked.SITES.items():
        files[f"{site}.jsonl"] = json_lines(module.records())
        for exchange in module.exchanges():
            for name, content in exchange.files(worked.FETCHED_AT):
                files[f"{site}/{exchange.slug}/{name}"] = content
    return files


def main() -> None:
    """Write every file; what is no longer built goes."""
    files = build()
    for site in {path.partition("/")[0] for path in files if "/" in path}:
        shutil.rmtree(FIXTURES / site, ignore_errors=True)
    for path, content in files.items():
        target = FIXTURES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


if __name__ == "__main__":
    main()
