"""Stored answers, a file each: written whole or not at all, and read only if every byte is as it was written.

<name of the format> <check of the next line>
{"url": …, "status": …, "headers": …, "fetched_at": …, "check": <check of the rest>}
the body, deflated
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
import zlib
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from scraper.job.late import late_re
from scraper.models import Headers

FORMAT = b"pool-scraper-httpcache-1 "
HEAD_BYTES = 1 << 20
"""No head is longer."""
KEPT_S = 30 * 86400.0
"""How long an answer is kept that no run has used."""
SWEEP_EVERY_S = 86400.0
SWEPT = ".swept"
"""The file whose time tells when old answers were last looked for."""
_is_ours = late_re(r"[0-9a-f]{2}/(?:[0-9a-f]{30}|\.[0-9a-f]{30}\.\d+)")
"""Matches answers and unfinished ones: the folder may be one where other things lie."""


class Head(Struct, frozen=True, gc=False):
    """All of a stored answer but its body."""

    url: str
    status: int
    headers: Headers
    fetched_at: float
    """When the body came or the server last said that it still holds, in seconds since the epoch."""
    check: str = ""


class Damaged(Exception):
    """A stored answer cannot be read, or is not as it was written; the text is the cause."""


def read_head(path: str) -> Head | None:
    """Return the head of a stored answer, None where there is none; raises Damaged."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (once for each request)
            return _head(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Damaged(error.strerror or str(error)) from None


def read(path: str) -> tuple[Head, bytes]:
    """Return a stored answer; raises Damaged, also where there is none."""
    try:
        with Path(path).open("rb") as file:
            head, packed = _head(file), file.read()
    except OSError as error:
        raise Damaged(error.strerror or str(error)) from None
    if _check(packed) != head.check:
        raise Damaged("its body is not as it was written")
    return head, zlib.decompress(packed)


def write(path: str, head: Head, body: bytes) -> None:
    """Store an answer in the place of an earlier one; raises OSError and leaves the earlier one then."""
    _write(Path(path), head, zlib.compress(body, level=1))


def write_head(path: str, head: Head) -> None:
    """Put another head before a stored body; raises Damaged and OSError."""
    with Path(path).open("rb") as file:
        check, packed = _head(file).check, file.read()
    if _check(packed) != check:
        raise Damaged("its body is not as it was written")
    _write(Path(path), head, packed)


def touch(path: str) -> None:
    """Note that a stored answer was used; raises OSError."""
    os.utime(path)


def drop(path: str) -> None:
    """Delete a stored answer, if there is one; raises OSError."""
    Path(path).unlink(missing_ok=True)


def sweep(folder: Path, now: float) -> None:
    """Delete what nobody has used for long, once a day; what hinders is left for another day."""
    mark = folder / SWEPT
    with contextlib.suppress(OSError):
        if not folder.is_dir() or (mark.exists() and 0 <= now - mark.stat().st_mtime < SWEEP_EVERY_S):
            return
        mark.touch()
        for path in folder.glob("??/*"):
            if not _is_ours.fullmatch(f"{path.parent.name}/{path.name}"):
                continue
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > (SWEEP_EVERY_S if path.name.startswith(".") else KEPT_S):
                    path.unlink()


def _write(path: Path, head: Head, packed: bytes) -> None:
    line = msgspec.json.encode(msgspec.structs.replace(head, check=_check(packed)))
    part = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.unlink(missing_ok=True)  # which may lead elsewhere
        with part.open("xb") as file:
            file.write(FORMAT + _check(line).encode() + b"\n" + line + b"\n" + packed)
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _head(file: BinaryIO) -> Head:
    first, line = file.readline(len(FORMAT) + 100), file.readline(HEAD_BYTES)[:-1]
    if first != FORMAT + _check(line).encode() + b"\n":
        raise Damaged("its head is not as it was written")
    try:
        return msgspec.json.decode(line, type=Head)
    except msgspec.MsgspecError as error:
        raise Damaged(str(error)) from None


def _check(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def age_s(head: Head) -> float:
    """Return how long ago an answer was stored, negative if the clock was set back since."""
    return time.time() - head.fetched_at
