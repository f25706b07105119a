"""What --replay names: a folder of ours, or archives, which are indexed."""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
from pathlib import Path

from msgspec.structs import replace

from scraper.errors import Reason, ReplayError
from scraper.fetch import har, http_block, warc
from scraper.fetch.archive_fetcher import ArchiveFetcher
from scraper.fetch.archive_index import (
    BODIES,
    NOT_MODIFIED,
    RESOURCE,
    RESPONSE,
    REVISIT,
    UNKNOWN_BODY,
    ArchiveIndex,
    Capture,
)
from scraper.fetch.recordings import Folders, folders_in, key_of
from scraper.fetch.warc import Place, Record
from scraper.job import urls
from scraper.job.secrets import NO_SECRETS, Secrets
from scraper.models import Page, Request

WARC_BEGINS = (b"\x1f\x8b", b"WARC/", b"\x28\xb5\x2f\xfd")
ZIP_BEGINS = b"PK\x03\x04"
NAMES = ("*.warc", "*.warc.gz", "*.warc.zst", "*.wacz", "*.har")
WANTED = "expected a folder that --record made, a WARC (.warc, .warc.gz), a WACZ or a HAR"
HIDDEN_URI = "scraper-hidden-uri"
"""What our own records have that hold secrets: the URL with references in their place, as the head of HTTP has them."""
BODY_DIGEST = "scraper-body-sha256"
LONGEST_REQUEST = 16 << 20
INDEX = "index.db"


class Replay:
    """What --replay names, ready for workers: what lies where in a folder of recordings, or an index of archives."""

    def __init__(self, path: Path, secrets: Secrets = NO_SECRETS, maxsize_bytes: int = 10 << 20) -> None:
        """Raises ReplayError for what is none of these, and for those that are cut, damaged or wrong.

        `maxsize_bytes`: of a body; a larger one is noted as too large.
        """
        self.notes: list[str] = []
        """What an operator should know of it."""
        self.source: Path | Folders
        """The file of the index, or the folders of the exchanges."""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if not path.exists():
            raise ReplayError(f"{path}: {WANTED}; there is nothing of that name")
        archives = archives_in(path)
        if not archives:
            self.source = folders_in(path, secrets)
            return
        self._folder = tempfile.TemporaryDirectory(prefix="scraper-")
        self.source = Path(self._folder.name, INDEX)
        try:
            self._fill(self.source, archives, secrets, maxsize_bytes)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Delete the index."""
        if self._folder is not None:
            self._folder.cleanup()

    def _fill(self, place: Path, archives: list[Path], secrets: Secrets, maxsize_bytes: int) -> None:
        index = ArchiveIndex(place)
        try:
            with index.filled():
                for path in archives:
                    _add(index, path, secrets, place.with_name(BODIES), maxsize_bytes)
            captures, several = index.counts()
        finally:
            index.close()
        if not captures:
            raise ReplayError(f"{archives[0]}: holds no answer of a web server")
        if several:
            self.notes.append(
                f"{several} of {captures} recorded exchanges were captured more than once; the last of each counts"
            )
        if index.lossy_texts:
            self.notes.append(
                f"{index.lossy_texts} texts of the HAR hold U+FFFD, in the place of characters that its recorder lost"
            )


def archives_in(path: Path) -> list[Path]:
    """Return the archives that a path names: itself, or those in a folder that is none of recordings."""
    if path.is_file():
        return [path]
    if not path.is_dir() or any(path.glob("[!.]*/meta.yaml")):
        return []
    return sorted({found for name in NAMES for found in path.glob(name) if not found.name.startswith(".")})


def is_archive(path: Path) -> bool:
    """Return whether a file is an archive by its beginning, or a HAR by its name."""
    try:
        with path.open("rb") as file:
            head = file.read(len(ZIP_BEGINS) + 1)
    except (OSError, ValueError):
        return False
    return head.startswith((*WARC_BEGINS[1:], ZIP_BEGINS)) or path.name.endswith((".warc.gz", ".har", ".wacz"))


def open_first_page(path: Path, secrets: Secrets = NO_SECRETS) -> Page:
    """Return the first page of an archive; raises ReplayError where there is none."""
    replay = Replay(path, secrets)
    try:
        page = None
        if isinstance(replay.source, Path):
            with contextlib.closing(ArchiveFetcher(replay.source, secrets)) as fetcher:
                page = fetcher.first_page()
    finally:
        replay.close()
    if page is None:
        raise ReplayError(f"{path}: holds no page of HTML, XML or JSON that was answered with 200")
    return page


def _add(index: ArchiveIndex, path: Path, secrets: Secrets, bodies: Path, maxsize_bytes: int) -> None:
    """Add what one file holds, whatever its name is."""
    try:
        with path.open("rb") as file:
            head = file.read(5)
        if head.startswith(ZIP_BEGINS):
            _add_zip(index, path, secrets, bodies, maxsize_bytes)
        elif head.startswith(WARC_BEGINS):
            _add_warc(index, Place(str(path)), secrets)
        elif path.suffix == ".har" or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            har.add(index, har.HarFile(path, path.parent), secrets, bodies, maxsize_bytes)
        else:
            raise ReplayError(f"{path}: {WANTED}; it begins with {head!r}")
    except OSError as error:
        raise ReplayError(f"{path}: cannot be read: {error.strerror or error}") from error


def _add_zip(index: ArchiveIndex, path: Path, secrets: Secrets, bodies: Path, maxsize_bytes: int) -> None:
    try:
        with zipfile.ZipFile(path) as file:
            names = sorted(file.namelist())
            warcs = [name for name in names if name.startswith("archive/") and ".warc" in name]
            if found := next((name for name in names if name.endswith(".har")), None):
                har.add(index, har.HarFile(path, file, found), secrets, bodies, maxsize_bytes)
            elif warcs:
                for name in warcs:
                    _add_warc(index, _stored(path, file, name), secrets)
            else:
                raise ReplayError(f"{path}: expected archive/*.warc.gz or *.har in this ZIP; found neither")
    except har.BAD_ZIP as error:
        raise ReplayError(f"{path}: is no whole ZIP: {error}") from error


def _stored(path: Path, file: zipfile.ZipFile, name: str) -> Place:
    """Return where a member lies that can be read from its midst."""
    entry = file.getinfo(name)
    if entry.compress_type != zipfile.ZIP_STORED:
        raise ReplayError(f"{path}: expected {name} stored, as WACZ wants it; it is compressed: unpack it")
    with file.open(entry), path.open("rb") as raw:  # the first of which checks the member's own head
        raw.seek(entry.header_offset + 26)
        lengths = raw.read(4)
    start = entry.header_offset + 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    return Place(str(path), start, entry.file_size)


def _add_warc(index: ArchiveIndex, place: Place, secrets: Secrets) -> None:
    number = index.add_place(place)
    for record in warc.walk(place, LONGEST_REQUEST):
        raw = record.get("warc-target-uri")
        if not raw.lower().startswith(("http://", "https://")):
            continue
        hidden = record.get(HIDDEN_URI)
        url = _url_of(secrets.revealed(hidden) if hidden else raw)
        together = record.all("warc-concurrent-to")
        if record.type == "request":
            message = http_block.parse(record.block)
            method = message.start.partition(" ")[0] or "GET"
            key = key_of(Request(url, method=method, body=message.body or None), secrets)
            digest = record.get(BODY_DIGEST) or (UNKNOWN_BODY if len(record.block) == LONGEST_REQUEST else "")
            index.add_request(record.get("warc-record-id"), (*key[:2], digest or key[2]), together)
        elif capture := _capture(record, number, key_of(Request(url), secrets)[1], secrets):
            index.add(replace(capture, headers=() if hidden else capture.headers), together)


def _capture(record: Record, place: int, url: str, secrets: Secrets) -> Capture | None:
    """Return what a record says of an answer; None for one that is none."""
    kind, status, trouble, headers = record.type, None, None, None
    if kind == RESPONSE and record.is_http:
        message = http_block.parse(record.block)
        status = message.status
        kind = NOT_MODIFIED if status == 304 else RESPONSE
    elif kind == REVISIT:
        status = http_block.parse(record.block).status
        kind = NOT_MODIFIED if status == 304 or "not-modified" in record.get("warc-profile") else REVISIT
    elif kind in (RESPONSE, RESOURCE):
        kind, status, headers = RESOURCE, 200, (("Content-Type", record.get("content-type")),)
    else:
        return None
    if (why := record.get("warc-truncated")) and kind in (RESPONSE, RESOURCE):
        trouble = f"{Reason.TRUNCATED}: the archive says that the answer was cut: {why}"
    refers_url = record.get("warc-refers-to-target-uri")
    return Capture(
        place=place,
        position=record.position,
        type=kind,
        record=record.get("warc-record-id"),
        url=url,
        at=warc.seconds(record.get("warc-date")),
        status=status,
        refers=record.get("warc-refers-to"),
        refers_url=key_of(Request(_url_of(refers_url)), secrets)[1] if refers_url else "",
        refers_at=warc.seconds(record.get("warc-refers-to-date")),
        digest=record.get("warc-payload-digest"),
        trouble=trouble,
        headers=headers,
    )


def _url_of(text: str) -> str:
    """Return a URL as the program writes it, without its fragment; one that is none as it is."""
    try:
        return urls.without_fragment(urls.parse(text))
    except ValueError:
        return urls.without_fragment(text)
