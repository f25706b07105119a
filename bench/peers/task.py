"""What every peer is told: how many pages, where, how many at a time, where the records go."""

import os

PAGES = int(os.environ["PAGES"])
CONCURRENCY = int(os.environ["CONCURRENCY"])
OUT = os.environ["OUT"]


def urls() -> list[str]:
    """Return the addresses of the pages; the corpus has 200 and begins anew behind them."""
    return [f"http://127.0.0.1:{os.environ['PORT']}/u/{number}/{number % 200}.html" for number in range(PAGES)]
