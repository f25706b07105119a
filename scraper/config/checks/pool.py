"""Check that what a job's engine needs is there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from scraper.job import PoolSettings
from scraper.job.extras import Extra
from scraper.job.late import late_regex
from scraper.job.yamldoc import Complaint, KeyPath

DASK = Extra("dask", "distributed")
_has_control = late_regex(r"[\x00-\x08\x0a-\x1f\x7f]")


def check_pool(pool: PoolSettings, path: KeyPath) -> Iterator[Complaint]:
    """Yield what the engine asks for in vain."""
    if pool.engine != "dask":
        if pool.address:
            yield Complaint((*path, "address"), f"an address is for engine: dask; this is {pool.engine}")
    elif DASK.is_missing:
        yield Complaint((*path, "engine"), DASK.needed_by("dask"))
    elif not pool.address:
        yield Complaint((*path, "engine"), "dask needs the address of its scheduler: address: tcp://HOST:PORT")
    elif not _is_scheduler(pool.address):
        yield Complaint(
            (*path, "address"), "expected tcp://HOST:PORT or tls://HOST:PORT, as `dask scheduler` prints it"
        )


def _is_scheduler(address: str) -> bool:
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in ("tcp", "tls") and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        return False
    return (
        is_whole
        and not (parts.username or parts.path or parts.query or parts.fragment)
        and not _has_control.search(address)
    )
