"""The article's program: a Pool, requests.get in its processes, one regex over the page in the callback.

Its Pool is as large as the concurrency that the others have; `Pool()` as in the article waits for one page a core.
"""

import json
import re
from multiprocessing import Pool
from pathlib import Path

import requests
from task import CONCURRENCY, OUT, urls

PATTERN = re.compile(
    r'<dd>.*?board-index.*?>(\d+)</i>.*?name"><a.*?>(.*?)</a>.*?star">(.*?)</p>.*?releasetime">(.*?)</p>'
    r'.*?integer">(.*?)</i>.*?fraction">(.*?)</i>.*?</dd>',
    re.DOTALL,
)


def get_one_page(url: str) -> str:
    """Return the source of a page."""
    return requests.get(url, timeout=60).text


def parse_one_page(html: str) -> None:
    """Write the records of a page."""
    for rank, title, star, released, integer, fraction in PATTERN.findall(html):
        record = {"rank": rank, "title": title, "star": star.strip(), "releasetime": released}
        write_to_file(record | {"score": integer + fraction})


def write_to_file(record: dict[str, str]) -> None:
    """Add one record to the file."""
    with Path(OUT).open("a", encoding="utf-8") as out:
        out.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    pool = Pool(CONCURRENCY)
    for url in urls():
        pool.apply_async(get_one_page, (url,), callback=parse_one_page)
    pool.close()
    pool.join()
