"""HAR files, as browsers and Playwright save them: the entries and their bodies, put where workers find them.

A text was decoded by the browser, whatever charset the headers, the page's own meta or the config name: it is handed on
as UTF-8 with a byte order mark, which overrules all of them. A body in base64 is as it was sent, but for
Content-Encoding.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from scraper.errors import Reason, ReplayError
from scraper.fetch import http_block, warc
from scraper.fetch.archive_index import ENTRY, NOT_MODIFIED, UNKNOWN_BODY, ArchiveIndex, Capture
from scraper.fetch.body import Bound, Unusable
from scraper.fetch.recordings import Key, key_of, without_length
from scraper.job import urls
from scraper.job.secrets import Secrets
from scraper.models import Headers, Request

MAX_BYTES = 512 << 20
"""Of a HAR, which is read as a whole; a WARC may be of any size."""
FIREFOX_LIMIT = 1 << 20
"""Characters of a text to which Firefox cuts it (devtools.netmonitor.responseBodyLimit)."""
BAD_ZIP = zipfile.BadZipFile, zlib.error, EOFError, RuntimeError
"""What reading a member of a ZIP may raise: it is cut, damaged, encrypted, or packed in a way that nobody knows."""
LOST = "\ufffd".encode()
BODILESS = frozenset({204, 205, 304})


class Unrecorded(Exception):
    """The entry does not hold what the server sent."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")


class HarFile:
    """A HAR with the files that it names: in the same folder, or in the same ZIP."""

    def __init__(self, path: Path, beside: Path | zipfile.ZipFile, member: str = "") -> None:
        self.path, self._beside, self._member = path, beside, member

    def entries(self) -> Iterator[dict[str, Any]]:
        """Yield the entries; raises ReplayError for what is no HAR."""
        try:
            data = json.loads(self._whole())
            entries = data["log"]["entries"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            cause = f"{type(error).__name__}: {str(error)[:100]}"
            raise ReplayError(f"{self.path}: expected a HAR, JSON with log.entries; {cause}") from error
        if not isinstance(entries, list):
            raise ReplayError(f"{self.path}: expected a list in log.entries, got {type(entries).__name__}")
        yield from (entry for entry in entries if isinstance(entry, dict))

    def read(self, name: str, most_bytes: int) -> bytes:
        """Return a file that an entry names; raises Unrecorded."""
        plain = Path(name).name  # nothing leads out of the folder
        try:
            if isinstance(self._beside, Path):
                path = self._beside / plain
                data = path.read_bytes() if path.stat().st_size <= most_bytes else None
            else:
                info = self._beside.getinfo(str(Path(self._member).with_name(plain)))
                data = self._beside.read(info) if info.file_size <= most_bytes else None  # no more is ever read of one
        except (OSError, KeyError, *BAD_ZIP) as error:
            raise Unrecorded(Reason.NOT_RECORDED, f"the file {plain!r} of the entry cannot be read: {error}") from error
        if data is None:
            raise _too_large(most_bytes)
        return data

    def _whole(self) -> bytes:
        if self._member and isinstance(self._beside, zipfile.ZipFile):
            self._check(self._beside.getinfo(self._member).file_size)
            return self._beside.read(self._member)
        self._check(self.path.stat().st_size)
        return self.path.read_bytes()

    def _check(self, size: int) -> None:
        if size > MAX_BYTES:
            raise ReplayError(f"{self.path}: expected a HAR of at most {MAX_BYTES >> 20} MiB; save a WARC instead")


def add(index: ArchiveIndex, har: HarFile, secrets: Secrets, bodies: Path, maxsize_bytes: int) -> None:
    """Add all entries of a HAR to an index, their bodies to the file `bodies`; raises ReplayError."""
    with bodies.open("ab") as file:
        for number, entry in enumerate(har.entries()):
            try:
                asked, came = entry["request"], entry["response"]
                url = urls.without_fragment(urls.parse(asked["url"]))
                _add_entry(index, har, entry, asked, came, url, secrets, file, maxsize_bytes)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                if _is_of_web(entry):
                    told = f"{har.path}: log.entries[{number}]: expected request, response, url, status; got"
                    raise ReplayError(f"{told} {type(error).__name__}: {str(error)[:100]}") from error


def _is_of_web(entry: dict[str, Any]) -> bool:
    """Return whether an entry is of a web page: others, such as `data:` and `blob:`, have what forms they like."""
    asked = entry.get("request")
    return not isinstance(asked, dict) or str(asked.get("url", "http")).lower().startswith("http")


def _add_entry(
    index: ArchiveIndex,
    har: HarFile,
    entry: dict[str, Any],
    asked: dict[str, Any],
    came: dict[str, Any],
    url: str,
    secrets: Secrets,
    file: IO[bytes],
    maxsize_bytes: int,
) -> None:
    if not urls.is_web(url):
        return
    key = _key(asked, url, har, secrets, maxsize_bytes)
    status, content = int(came["status"]), came.get("content") or {}
    if not 100 <= status <= 999:  # it was blocked, or left before the answer
        index.add_request("", key, [])
        return
    headers = _headers(came, content)
    trouble, body, kind = None, b"", ENTRY
    try:
        body = _body(came, content, status, key[0], har, maxsize_bytes)
        if status == 304:
            status, kind = (200, ENTRY) if body else (304, NOT_MODIFIED)
    except Unrecorded as error:
        trouble = str(error)
    at = warc.seconds(str(entry.get("startedDateTime") or ""))
    capture = Capture(
        place=0,
        position=file.tell(),
        size=len(body),
        type=kind,
        method=key[0],
        url=key[1],
        body=key[2],
        at=at,
        status=status,
        trouble=trouble,
        headers=headers,
    )
    file.write(body)
    index.add(capture, [])
    index.lossy_texts += body.startswith(codecs.BOM_UTF8) and LOST in body


def _key(asked: dict[str, Any], url: str, har: HarFile, secrets: Secrets, maxsize_bytes: int) -> Key:
    """Return what a request must be like to get the entry; a body that is not there is like no other."""
    method = str(asked.get("method") or "GET").upper()
    posted = asked.get("postData") or {}
    try:
        body = _posted(posted, har, maxsize_bytes)
    except Unrecorded:
        return (*key_of(Request(url, method=method), secrets)[:2], UNKNOWN_BODY)
    key = key_of(Request(url, method=method, body=body or None), secrets)
    lengths = (pair.get("value") for pair in asked.get("headers") or () if _name(pair) == "content-length")
    is_lost = not body and any(str(length).strip() not in ("", "0") for length in lengths)
    return (*key[:2], UNKNOWN_BODY) if is_lost else key


def _posted(posted: dict[str, Any], har: HarFile, maxsize_bytes: int) -> bytes:
    if posted.get("_file"):
        return har.read(str(posted["_file"]), maxsize_bytes)
    if text := posted.get("text"):
        return base64.b64decode(text) if posted.get("encoding") == "base64" else _utf8(text)
    pairs = [(pair.get("name", ""), pair.get("value", "")) for pair in posted.get("params") or ()]
    return urlencode(pairs).encode()


def _headers(came: dict[str, Any], content: dict[str, Any]) -> Headers:
    """Return the header lines, each of several under one name by itself, as DevTools joins them."""
    pairs = [(str(pair["name"]), str(pair["value"])) for pair in came.get("headers") or ()]
    lines = tuple((name, value) for name, values in pairs for value in values.split("\n") if not name.startswith(":"))
    kind = str(content.get("mimeType") or "")
    if "/" in kind and not any(name.lower() == "content-type" for name, _ in lines):
        lines += (("Content-Type", kind),)
    return without_length(lines)


def _body(
    came: dict[str, Any], content: dict[str, Any], status: int, method: str, har: HarFile, maxsize_bytes: int
) -> bytes:
    """Return the body of an entry, of a text the UTF-8; raises Unrecorded."""
    text, size = content.get("text"), content.get("size") or 0
    if content.get("_file"):
        body = har.read(str(content["_file"]), maxsize_bytes)
        return body if _is_binary(content, body) else _marked(body)
    if text is None or (text == "" and size > 0):
        if status in BODILESS or status >= 300 or method == "HEAD":
            return b""
        raise Unrecorded(Reason.NOT_RECORDED, "the browser has saved the answer without its body")
    if str(content.get("encoding") or "").lower() == "base64":
        try:
            body = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise Unrecorded(Reason.BAD_RESPONSE, f"expected base64, got {error}") from error
        body = _plain(came, body, maxsize_bytes)
    else:
        body = _marked(_utf8(text))
        if len(text) == FIREFOX_LIMIT and size > len(body):
            raise Unrecorded(Reason.TRUNCATED, f"the browser has saved {len(text)} characters of {size} bytes")
    if len(body) > maxsize_bytes:
        raise _too_large(maxsize_bytes)
    return body


def _plain(came: dict[str, Any], body: bytes, maxsize_bytes: int) -> bytes:
    """Return bytes without the encodings of their headers, which some proxies leave on; browsers do not."""
    pairs = tuple((str(pair["name"]), str(pair["value"])) for pair in came.get("headers") or ())
    try:
        return http_block.plain_body(http_block.Message("", pairs, body), Bound(maxsize_bytes))
    except Unusable as error:
        raise Unrecorded(error.reason, str(error)) from error


def _is_binary(content: dict[str, Any], body: bytes) -> bool:
    """Return whether a file of its own holds bytes of the wire: those that are no UTF-8, or no text by their type."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    kind = str(content.get("mimeType") or "").lower()
    return kind.startswith(("image/", "audio/", "video/", "font/", "application/octet-stream")) and "svg" not in kind


def _marked(body: bytes) -> bytes:
    return codecs.BOM_UTF8 + body if body and not body.startswith(codecs.BOM_UTF8) else body


def _utf8(text: str) -> bytes:
    """Return a text in UTF-8, U+FFFD for halves of characters, which JSON may hold."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _name(pair: Any) -> str:
    return str(pair.get("name", "")).lower()


def _too_large(maxsize_bytes: int) -> Unrecorded:
    return Unrecorded(Reason.TOO_LARGE, f"expected at most {maxsize_bytes} bytes (download_maxsize), there are more")
