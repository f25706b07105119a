"""Save exchanges in a folder and answer from it: `DIR/<slug>/{meta.yaml, page.<ext>}`, one folder an exchange.

meta.yaml holds url, method, status, headers, fetched_at (RFC 3339, UTC), page_sha256 and, for a request with a body,
body_sha256; other keys are the reader's own. References such as ${API_KEY} stand there for the secrets of the config.
The page file holds the body as it was after Content-Encoding, byte for byte.
"""

from __future__ import annotations

import difflib
import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import regex
from msgspec.structs import replace

from scraper.errors import OutputError, Reason, ReplayError
from scraper.fetch.recorded import Meta, read_meta
from scraper.job import yamldoc
from scraper.job.secrets import NO_SECRETS, Secrets, sounds_secret
from scraper.models import Failure, Headers, Page, Request

EXTENSIONS = {"html": "html", "xml": "xml", "json": "json", "plain": "txt", "csv": "csv"}
NO_LONGER_TRUE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Header lines about the body on the wire, which is not the body that is saved."""
SLUG_LENGTH = 60

Key = tuple[str, str, str]
Folders = dict[Key, Path]
"""Where each exchange of a folder lies."""


class ReplayFetcher:
    """Answers requests from a folder of recorded exchanges."""

    def __init__(self, folders: Folders, secrets: Secrets = NO_SECRETS) -> None:
        self._folders, self._secrets = folders, secrets

    def fetch(self, request: Request) -> Page | Failure:
        """Return the recorded answer, or a Failure that names the nearest URL there is."""
        key = key_of(request, self._secrets)
        folder = self._folders.get(key)
        if folder is None:
            if any(known[:2] == key[:2] for known in self._folders):
                told = f"{request.method} {request.url} is recorded with another body; this one's body_sha256 is "
                return Failure(Reason.NOT_RECORDED, told + (key[2] or "none, as it has no body"))
            known = [url for _, url, _ in self._folders]
            near = difflib.get_close_matches(key[1], known, n=1, cutoff=0.0)
            return Failure(
                Reason.NOT_RECORDED, f"{request.method} {request.url} is not recorded; the nearest is {near[0]}"
            )
        try:
            return replace(read_page(folder, self._secrets), url=plain(request.url))
        except ReplayError as error:
            return Failure(Reason.BAD_RESPONSE, str(error))

    def ask(self, request: Request) -> Callable[[], Page | Failure]:
        """Return what gives the recorded answer. See `work.Source`."""
        return lambda: self.fetch(request)

    def close(self) -> None:
        """Nothing is open between two answers."""


def folders_in(folder: Path, secrets: Secrets = NO_SECRETS) -> Folders:
    """Return what is recorded in a folder; raises ReplayError for one that holds no recordings, or a wrong one."""
    found: Folders = {}
    for meta_path in sorted(folder.glob("[!.]*/meta.yaml")):  # a hidden one was not finished
        key = _key_of_meta(read_meta(meta_path), meta_path, secrets)
        if key in found:
            raise ReplayError(f"{meta_path.parent} and {found[key]} are both recordings of {key[0]} {key[1]}")
        found[key] = meta_path.parent
    if not found:
        raise ReplayError(f"{folder}: expected folders with a meta.yaml in each, as --record makes them; found none")
    return found


def read_page(folder: Path, secrets: Secrets = NO_SECRETS) -> Page:
    """Return the exchange that one folder holds, its secrets as they are now."""
    meta_path = folder / "meta.yaml"
    meta = read_meta(meta_path)
    path = _page_path(folder, meta)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ReplayError(f"{path}: cannot be replayed: {error.strerror or error}") from error
    if meta.page_sha256 is not None and hashlib.sha256(body).hexdigest() != meta.page_sha256:
        changed = "is not as it was recorded; who has changed it on purpose takes page_sha256 out of its meta.yaml"
        raise ReplayError(f"{path}: {changed}")
    url, headers = secrets.revealed(meta.url), _headers(secrets.revealed_in(meta.headers), secrets)
    return Page(url, meta.status, headers, body, meta.fetched_at)


def save(folder: Path, request: Request, page: Page, secrets: Secrets = NO_SECRETS) -> None:
    """Save one exchange, references in the place of secrets; an earlier recording of the same request is replaced."""
    key = key_of(request, secrets)
    target = folder / _slug(key)
    meta: dict[str, Any] = {"url": key[1], "method": key[0], "status": page.status}
    saved = secrets.hidden_in(_saved_headers(page.headers))
    meta["headers"] = {secrets.hidden(name): lines for name, lines in saved.items()}
    meta["fetched_at"] = datetime.fromtimestamp(page.fetched_at, UTC).isoformat(timespec="milliseconds")
    if key[2]:
        meta["body_sha256"] = key[2]
    meta["page_sha256"] = hashlib.sha256(page.body).hexdigest()
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)  # of a run that was killed
        part.mkdir(parents=True)
        (part / "meta.yaml").write_text(yamldoc.dump(meta), encoding="utf-8")
        (part / f"page.{_extension(page)}").write_bytes(page.body)
        if target.exists():
            shutil.rmtree(target)
        part.rename(target)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise OutputError(f"{target}: cannot record: {error.strerror or error}") from error


def key_of(request: Request, secrets: Secrets) -> Key:
    """Return what tells one exchange from another, whatever its secrets are: nobody can try out passwords on a hash."""
    body = secrets.hidden((request.body or b"").decode("latin-1"), is_spelt=False).encode("latin-1")
    url = secrets.hidden(plain(request.url), is_spelt=False)
    return request.method, url, hashlib.sha256(body).hexdigest() if body else ""


def _key_of_meta(meta: Meta, path: Path, secrets: Secrets) -> Key:
    try:
        url = plain(secrets.revealed(meta.url))
    except ValueError as error:
        raise ReplayError(f"{path}: url: with the secrets of today: {error}") from None
    return meta.method, secrets.hidden(url, is_spelt=False), meta.body_sha256


def plain(url: str) -> str:
    """Return the URL without its fragment and without a user's name and password."""
    sent = url.partition("#")[0]
    host = urlsplit(sent).netloc
    return sent.replace(host, host.rpartition("@")[2], 1) if "@" in host else sent


def _page_path(folder: Path, meta: Meta) -> Path:
    if meta.page is not None:
        return folder / Path(meta.page).name
    pages = sorted(folder.glob("page.*"))
    if len(pages) != 1:
        raise ReplayError(f"{folder}: expected one file named page.*, found {len(pages)}")
    return pages[0]


def without_length(headers: Headers) -> Headers:
    """Return header lines without those about the body on the wire."""
    return tuple(pair for pair in headers if pair[0].lower() not in NO_LONGER_TRUE)


def _headers(mapping: dict[str, Any], secrets: Secrets) -> Headers:
    pairs = ((secrets.revealed(name), value if isinstance(value, list) else [value]) for name, value in mapping.items())
    return tuple((name, str(value)) for name, values in pairs for value in values if name.lower() not in NO_LONGER_TRUE)


def _saved_headers(headers: Headers) -> dict[str, list[str] | str]:
    saved: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in NO_LONGER_TRUE and not sounds_secret(name):
            saved.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in saved.items()}


def _slug(key: Key) -> str:
    """Return a folder's name: readable, safe and the same for the same request."""
    parts = urlsplit(key[1])
    words = regex.sub(r"[^\w]+", "-", unquote(f"{parts.path} {parts.query}")).strip("-_")[:SLUG_LENGTH] or "index"
    return f"{words}-{hashlib.sha256(repr(key).encode()).hexdigest()[:8]}"


def _extension(page: Page) -> str:
    subtype = (page.header("content-type") or "").partition(";")[0].strip().rpartition("/")[2].lower()
    return next((name for word, name in EXTENSIONS.items() if word in subtype), "bin")
