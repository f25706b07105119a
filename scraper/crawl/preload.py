"""What the server that forks workers imports before the first fork, so that they share it. Imported by its name only.

glibc gives every thread an arena of its own and gives page-sized blocks back to the system, to fault them in again
for the next page: one arena and a lower urge to give back cost workers less memory and less time.
"""

import ctypes
import gc

import scraper.fetch.fetcher
import scraper.worker  # noqa: F401

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""From glibc's malloc.h."""


def tune_malloc() -> None:
    """Set the allocator of this process and of those that it forks; nothing happens where there is no glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_TRIM_THRESHOLD, 16 << 20)
        mallopt(M_MMAP_THRESHOLD, 8 << 20)


tune_malloc()
gc.freeze()  # a collection in a worker would write to every page of memory that it shares
gc.enable()  # off in the program that forked this server, which is still busy importing
