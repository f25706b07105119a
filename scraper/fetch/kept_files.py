"""Put a body that is a file of its own where it belongs: piece by piece, under its name only when it is whole."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import mimetypes
import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import regex
from msgspec.structs import replace

from scraper.errors import OutputError, Reason
from scraper.job.late import late_regex
from scraper.job.templates import Template
from scraper.models import Failure, Keep, Page, Request, Saved

UNKNOWN = "bin"
LONGEST_NAME = 100
NAMES = ("sha256", "url_sha1", "ext", "file", "name")
"""What a path of files may use."""
VAGUE = frozenset({"application/octet-stream", "binary/octet-stream", "text/plain", "application/download", ""})
"""Types that tell less than the end of a URL."""
_suffix = late_regex(r"\.([A-Za-z0-9]{1,8})$")


def keep(request: Request, page: Page, pieces: Iterable[bytes]) -> Page | Failure:
    """Return a page whose body, given in pieces, lies in a file; a Failure where it cannot be written."""
    wanted = request.keep
    assert wanted is not None
    folder = Path(wanted.folder)
    part = folder / f".{wanted.job}-{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            size, digest = _write(part, pieces)
            target = Path(_target(request, page, wanted, digest))
            target.parent.mkdir(parents=True, exist_ok=True)
            part.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
    except OSError as error:
        detail = f"{error.filename or folder}: cannot be written: {error.strerror or error}"
        return Failure(Reason.NOT_SAVED, f"{request.url}: {detail}")
    except OutputError as error:
        return Failure(Reason.NOT_SAVED, f"{request.url}: {error}")
    tags = page.header("etag") or "", page.header("last-modified") or ""
    return replace(page, saved=Saved(str(target), size, digest, _type(page), *tags))


def keep_body(request: Request, answer: Page | Failure) -> Page | Failure:
    """Return the answer to a request for a file, its body put away if that is not done yet."""
    if isinstance(answer, Failure) or not is_file(request, answer.status) or answer.saved is not None:
        return answer
    kept = keep(request, answer, [answer.body])
    is_wanted = request.keep is not None and request.keep.is_body_wanted
    return kept if isinstance(kept, Failure) or is_wanted else replace(kept, body=b"")


def is_file(request: Request, status: int) -> bool:
    """Return whether the body of an answer is to be put into a file."""
    return request.keep is not None and 200 <= status < 300


def first_url(request: Request) -> str:
    """Return the URL that the record names, whatever it was redirected to."""
    return request.hops[0] if request.hops else request.url


def forget_parts(wanted: Keep) -> None:
    """Delete what a run of this job that was killed has left half written."""
    with contextlib.suppress(OSError):
        for part in Path(wanted.folder).glob(f".{wanted.job}-{'[0-9a-f]' * 32}.part"):
            part.unlink(missing_ok=True)


def _write(part: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    """Return the size and the digest of what is written, and is on the disk."""
    size, digest = 0, hashlib.sha256()
    with part.open("xb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def _target(request: Request, page: Page, wanted: Keep, digest: str) -> str:
    url = first_url(request)
    values = {
        "sha256": digest,
        "url_sha1": hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest(),
        "ext": extension(page.url, _type(page)),
        "file": _file_name(url),
        "name": wanted.job,
    }
    return Template(wanted.path).fill_path(values)


@functools.cache
def _types() -> mimetypes.MimeTypes:
    """Return the types that are in common use, and not what this machine knows besides."""
    return mimetypes.MimeTypes()


def extension(url: str, kind: str) -> str:
    """Return the end of a file's name: by its type, else by its URL.

    >>> extension("http://a/x.php?id=1", "image/jpeg"), extension("http://a/x.PDF", ""), extension("http://a/", "x/y")
    ('jpg', 'pdf', 'bin')
    """
    known = None if kind in VAGUE else _types().guess_extension(kind)
    if known is None and (found := _suffix.search(urlsplit(url).path)):
        return found[1].lower()
    return known[1:] if known else UNKNOWN


def _type(page: Page) -> str:
    return (page.header("content-type") or "").partition(";")[0].strip().lower()


def _file_name(url: str) -> str:
    """Return the last part of a URL's path as the name of a file, without what a shell or a disk could mind."""
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    stem = last[: match.start()] if (match := _suffix.search(last)) else last
    return regex.sub(r"[^\w.-]+", "_", stem).strip("._")[:LONGEST_NAME] or "file"
