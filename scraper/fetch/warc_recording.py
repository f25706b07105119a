"""Save exchanges in a WARC 1.1: request, response and metadata, each compressed by itself.

The file gets its name when the crawl is over; until then it is a hidden one beside it, which --resume goes on with.
Bodies are written without Content-Encoding. Nothing secret is written: header lines and bodies of requests that hold
any are left out, in what is left references such as ${API_KEY} stand for it, and the record says so.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import uuid
import zlib
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import regex

from scraper.errors import OutputError, ReplayError
from scraper.fetch import warc
from scraper.fetch.archives import BODY_DIGEST, HIDDEN_URI
from scraper.fetch.head import BODILESS
from scraper.fetch.recordings import key_of, plain, without_length
from scraper.fetch.request_head import default_headers
from scraper.job import Job
from scraper.job.secrets import sounds_secret
from scraper.job.version import __version__
from scraper.models import Headers, Page, Request

LEVEL = 6
MESSAGE = "application/http; msgtype={}"
FIELDS = "application/warc-fields"


class Entry(NamedTuple):
    """A record to be written."""

    type: str
    date: str
    content_type: str
    head: bytes
    """Of the HTTP message, with the empty line behind it."""
    body: bytes
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def payload(self) -> bytes:
        """What tells it from another one."""
        return hashlib.sha1(self.body, usedforsecurity=False).digest()


class WarcRecorder:
    """Writes the exchanges of one run."""

    def __init__(self, path: Path, job: Job, run: str) -> None:
        """Raises OutputError, and ReplayError where the library is missing."""
        warc.needed()
        self._path, self._job, self._secrets = path, job, job.secrets
        self._defaults = default_headers(job.settings)
        self._is_packed = path.name.endswith(".gz")
        self._part = path.with_name(f".{path.name}.{job.name}.{run}.part")
        self._info = _identity("warcinfo", job.name, run)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            for old in path.parent.glob(f".{path.name}.{job.name}.*.part"):
                if old != self._part:
                    old.unlink()  # of a run that nobody resumes
            self._go_on()
            self._file = self._part.open("ab", buffering=0)
            if not self._part.stat().st_size:
                self._write([self._warcinfo(run)], self._info)
        except OSError as error:
            raise OutputError(f"{path}: cannot record: {error.strerror or error}") from error

    def save(self, request: Request, page: Page) -> None:
        """Save one exchange; it is in the file, whatever ends the program, when this returns."""
        url, key = plain(request.url), key_of(request, self._secrets)
        date = datetime.fromtimestamp(page.fetched_at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        headers = tuple(pair for pair in without_length(page.headers) if not sounds_secret(pair[0]))
        is_hidden = any(map(self._secrets.are_in, (url, *(text for pair in headers for text in pair))))
        fields = (("WARC-Target-URI", self._secrets.masked(url) if is_hidden else url),)
        response = self._response(page, headers, date, fields, url if is_hidden else "")
        asked = self._request(request, key[2], date, fields)
        metadata = Entry("metadata", date, FIELDS, b"", self._about(request), fields)
        name = _identity("response", *key, date, response.payload.hex(), str(request.attempt), *request.hops)
        try:
            self._write([response, asked, metadata], name)
        except OSError as error:
            raise OutputError(f"{self._part}: cannot record: {error.strerror or error}") from error

    def finish(self) -> None:
        """Give the archive its name."""
        try:
            os.fsync(self._file.fileno())
            self._part.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        except OSError as error:
            raise OutputError(f"{self._path}: cannot record: {error.strerror or error}") from error

    def close(self) -> None:
        """Close the file; one that is not finished stays for --resume."""
        self._file.close()

    def _go_on(self) -> None:
        """Take up what an earlier part of this run has recorded, without a record that was cut."""
        if not self._part.exists():
            if not (self._path.is_file() and _is_of(self._path, self._info)):
                return
            shutil.copyfile(self._path, self._part)
        os.truncate(self._part, whole_bytes(self._part, is_packed=self._is_packed))

    def _write(self, entries: list[Entry], name: str) -> None:
        """Write records that belong together, the first under this name, the others as captured with it."""
        from fastwarc import WarcRecord, WarcRecordType
        from fastwarc.stream_io import GzipWriter

        written = io.BytesIO()
        writer = GzipWriter(written, compression_level=LEVEL) if self._is_packed else written
        for number, entry in enumerate(entries):
            record = WarcRecord()
            own = name if not number else _identity(entry.type, name)
            record.init_headers(getattr(WarcRecordType, entry.type), own.encode())
            headers = [("WARC-Date", entry.date), ("Content-Type", entry.content_type), *entry.fields]
            headers += [("WARC-Concurrent-To", f"<urn:{name}>")] if number else []
            headers += [("WARC-Warcinfo-ID", f"<urn:{self._info}>")] if entry.type != "warcinfo" else []
            for key, value in headers:
                record.headers[key] = value
            record.set_bytes_content(entry.head + entry.body)
            digest = entry.payload if entry.head else None
            record.write(writer, checksum_data=True, payload_digest=digest)
            if isinstance(writer, GzipWriter):
                writer.finish()
        if isinstance(writer, GzipWriter):
            writer.flush()
        data = memoryview(written.getbuffer())
        while data:
            data = data[self._file.write(data) :]

    def _warcinfo(self, run: str) -> Entry:
        agent = self._secrets.masked(dict(self._defaults)["User-Agent"])
        lines = {
            "software": f"pool-scraper/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "isPartOf": self._job.name,
            "description": f"run {run}",
            "robots": "obey" if self._job.settings.robotstxt_obey else "ignore",
            "http-header-user-agent": agent,
        }
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return Entry("warcinfo", now, FIELDS, b"", _fields(lines), (("WARC-Filename", self._path.name),))

    def _response(
        self, page: Page, headers: Headers, date: str, fields: tuple[tuple[str, str], ...], hidden_url: str
    ) -> Entry:
        if hidden_url:
            fields += ((HIDDEN_URI.title(), self._secrets.hidden(hidden_url)),)
            headers = tuple((self._secrets.hidden(name), self._secrets.hidden(value)) for name, value in headers)
        if page.status not in BODILESS:
            headers += (("Content-Length", str(len(page.body))),)
        phrase = HTTPStatus(page.status).phrase if page.status in list(HTTPStatus) else ""
        head = _head(f"HTTP/1.1 {page.status} {phrase}", headers)
        return Entry("response", date, MESSAGE.format("response"), head, page.body, fields)

    def _request(self, request: Request, digest: str, date: str, fields: tuple[tuple[str, str], ...]) -> Entry:
        """Return the request as it was asked for, without what is secret in it."""
        parts = urlsplit(fields[0][1])
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = {name.lower(): (name, value) for name, value in self._defaults + request.headers}
        told = [(name, value) for name, value in lines.values() if not sounds_secret(name)]
        headers = [("Host", parts.netloc), *(pair for pair in told if not any(map(self._secrets.are_in, pair)))]
        body = request.body or b""
        if body and (request.is_login or self._secrets.are_in(body.decode("latin-1"))):
            body, fields = b"", (*fields, (BODY_DIGEST.title(), digest))
        if body:
            headers.append(("Content-Length", str(len(body))))
        head = _head(f"{request.method} {target} HTTP/1.1", tuple(headers))
        return Entry("request", date, MESSAGE.format("request"), head, body, fields)

    def _about(self, request: Request) -> bytes:
        """Return what else is known of an exchange."""
        lines = {"via": self._secrets.masked(plain(request.hops[-1]))} if request.hops else {}
        own = {
            "scraper-kind": request.kind or "none",
            "scraper-depth": request.depth,
            "scraper-attempt": request.attempt,
        }
        return _fields(lines | {name: str(value) for name, value in own.items()})


def whole_bytes(path: Path, *, is_packed: bool) -> int:
    """Return how many bytes of a WARC are whole records: a program that was killed may have left half of one."""
    position = 0
    with contextlib.suppress(ReplayError):
        for record in warc.walk(warc.Place(str(path)), 0):
            position = record.position
    with path.open("rb") as file:
        file.seek(position)
        return position + _size_of_first(file.read(), is_packed=is_packed)


def _size_of_first(data: bytes, *, is_packed: bool) -> int:
    """Return the size of the record at the beginning of bytes; 0 if it is not whole."""
    if is_packed:
        inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            inflater.decompress(data)
        except zlib.error:
            return 0
        return len(data) - len(inflater.unused_data) if inflater.eof else 0
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next((line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"")
    size = int(length) if length.strip().isdigit() else len(rest)
    return len(head) + 4 + size + 4 if rest[size : size + 4] == b"\r\n\r\n" else 0


def _is_of(path: Path, info: str) -> bool:
    """Return whether a WARC begins with this warcinfo."""
    with contextlib.suppress(ReplayError):
        return next(warc.walk(warc.Place(str(path)), 0)).get("warc-record-id") == f"urn:{info}"
    return False


def _identity(*parts: str) -> str:
    """Return the name of a record, the same for the same parts."""
    text = "\n".join(parts)
    return f"uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}"


def _head(start: str, headers: Headers) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in headers), "", ""]
    text = "\r\n".join(regex.sub(r"[\r\n]+", " ", line) for line in lines)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode(errors="replace")


def _fields(lines: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode()
