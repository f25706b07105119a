"""Scrapy as an expert would tune it: asyncio on uvloop, and nothing switched on that these pages do not need."""

from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from task import CONCURRENCY, OUT, urls

SETTINGS = {
    "CONCURRENT_REQUESTS": CONCURRENCY,
    "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
    "DOWNLOAD_DELAY": 0,
    "FEEDS": {OUT: {"format": "jsonlines", "encoding": "utf8"}},
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop",
    "LOG_LEVEL": "WARNING",
    "STATS_DUMP": False,
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    },
}
SWITCHED_OFF = (
    "ROBOTSTXT_OBEY COOKIES_ENABLED TELNETCONSOLE_ENABLED REDIRECT_ENABLED METAREFRESH_ENABLED REFERER_ENABLED"
    " MEMUSAGE_ENABLED HTTPPROXY_ENABLED AUTOTHROTTLE_ENABLED DOWNLOADER_STATS"
).split()


class Board(scrapy.Spider):
    """Reads the films of the boards."""

    name = "board"
    start_urls = urls()

    def parse(self, response: Any) -> Any:
        """Yield a record a film."""
        for film in response.css("dl.board-wrapper dd"):
            yield {
                "rank": film.css("i.board-index::text").get(),
                "title": film.css("p.name a::text").get(),
                "star": film.css("p.star::text").get().strip(),
                "releasetime": film.css("p.releasetime::text").get(),
                "score": film.css("i.integer::text").get() + film.css("i.fraction::text").get(),
            }


process = CrawlerProcess(SETTINGS | dict.fromkeys(SWITCHED_OFF, False))
process.crawl(Board)
process.start()
