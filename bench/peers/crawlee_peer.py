"""Crawlee for Python: its ParselCrawler, its own HTTP client, everything in memory."""

import asyncio
import json
import logging
from pathlib import Path

from crawlee import ConcurrencySettings, service_locator
from crawlee.crawlers import ParselCrawler, ParselCrawlingContext
from crawlee.storage_clients import MemoryStorageClient
from task import CONCURRENCY, OUT, urls


async def main() -> None:
    """Crawl the pages and write a record a film."""
    service_locator.set_storage_client(MemoryStorageClient())
    logging.getLogger("crawlee").setLevel(logging.WARNING)
    limits = ConcurrencySettings(
        min_concurrency=CONCURRENCY, desired_concurrency=CONCURRENCY, max_concurrency=CONCURRENCY
    )
    crawler = ParselCrawler(configure_logging=False, concurrency_settings=limits)
    with Path(OUT).open("w", encoding="utf-8") as out:

        @crawler.router.default_handler
        async def read(context: ParselCrawlingContext) -> None:
            for film in context.selector.css("dl.board-wrapper dd"):
                record = {
                    "rank": film.css("i.board-index::text").get(),
                    "title": film.css("p.name a::text").get(),
                    "star": (film.css("p.star::text").get() or "").strip(),
                    "releasetime": film.css("p.releasetime::text").get(),
                    "score": "".join(film.css("p.score i::text").getall()),
                }
                out.write(json.dumps(record, ensure_ascii=False) + "\n")

        await crawler.run(urls())


asyncio.run(main())
