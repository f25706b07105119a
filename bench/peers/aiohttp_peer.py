"""aiohttp + a parser + orjson + uvloop, written by hand for these pages: no framework, no retries, no promises.

The first argument says how many processes share the work, the second which module reads the pages.
"""

import asyncio
import importlib
import multiprocessing
import sys
from pathlib import Path
from typing import BinaryIO

import aiohttp
import uvloop
from task import CONCURRENCY, OUT, urls

parse = importlib.import_module(sys.argv[2]).parse


async def crawl(addresses: list[str], concurrency: int, out: BinaryIO) -> None:
    """Fetch the pages, so many at a time, and write their records as they come."""
    left = iter(addresses)
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def work() -> None:
            for address in left:
                async with session.get(address) as response:
                    response.raise_for_status()
                    body = await response.read()
                out.write(parse(body))

        await asyncio.gather(*[work() for _ in range(concurrency)])


def run_shard(number: int, count: int) -> None:
    """Crawl every `count`-th page into a file of its own."""
    with Path(f"{OUT}.{number}").open("wb") as out:
        uvloop.run(crawl(urls()[number::count], max(1, CONCURRENCY // count), out))


def main() -> None:
    """Run the shards side by side and join their files."""
    count = int(sys.argv[1])
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=run_shard, args=(number, count)) for number in range(1, count)]
    for process in others:
        process.start()
    run_shard(0, count)
    for process in others:
        process.join()
    with Path(OUT).open("wb") as out:
        for number in range(count):
            out.write(Path(f"{OUT}.{number}").read_bytes())
    sys.exit(any(process.exitcode for process in others))


main()
