"""What the rows of the journal are made of: requests, contents and fingerprints as bytes, and back.

No row holds a secret: what must come back is hidden, what is told is masked.
"""

from __future__ import annotations

import hashlib
import itertools
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from scraper.job import urls
from scraper.job.secrets import NO_SECRETS, Secrets
from scraper.models import FILES, Child, Dropped, Fault, Finished, Page, Parsed, Request, Snapshot, State

EXAMPLES_PER_FIELD = 3


class PageRow:
    """A page that may be new, and the edges that lead to it."""

    def __init__(self, domain: str, request: Request, secrets: Secrets) -> None:
        self.domain, self._request, self._secrets = domain, request, secrets
        self.fingerprint, self._params = fingerprint(request, secrets), _dump(secrets.hidden_in(request.params))

    def page(self) -> tuple[object, ...]:
        """Return the page, in the order of ADD_PAGE."""
        r = self._request
        url = self._secrets.hidden(r.url)
        return self.fingerprint, self.domain, url, r.kind, r.depth, self._params, _dump(_more(r))

    def edge(self, parent: int, position: int, child: Child | None = None) -> dict[str, object]:
        """Return the edge that leads to the page from a parent, 0 for a start."""
        return {
            "parent": parent,
            "position": position,
            "rule": child.link.rule if child else None,
            "record": child.link.record if child else None,
            "is_merged": child is not None and child.link.is_merged,
            "kind": self._request.kind,
            "params": self._params,
            "fingerprint": self.fingerprint,
        }


def fingerprint(request: Request, secrets: Secrets = NO_SECRETS) -> bytes:
    """Return 16 bytes that are equal for two spellings of one request (canonical URL, method, headers, body).

    They are made of what is hidden: nobody can try out secrets on them.
    """
    text = f"{request.method} {urls.canonical(request.url)}"
    if request.kind == FILES:
        text = f"{FILES} {text}"  # a page at the same URL is another thing
    if request.headers:
        text += orjson.dumps(request.headers).decode()
    if request.body:
        text += "\n" + request.body.decode("latin-1")
    return hashlib.blake2b(secrets.hidden(text).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _dump(value: Any) -> bytes | None:
    """Return a JSON value, None for an empty one."""
    return orjson.dumps(value) if value else None


def _more(request: Request) -> dict[str, Any] | None:
    """Return what a GET has not. Headers and bodies may hold secrets: they are made anew, never stored."""
    return {"method": request.method} if request.method != "GET" else None


def to_request(
    secrets: Secrets, page_id: int, url: str, kind: str, depth: int, params: bytes | None, extra: bytes | None
) -> Request:
    """Return the request that a page's row asks for, without headers and body."""
    more = orjson.loads(extra) if extra else {}
    return Request(
        url=secrets.revealed(url),
        kind=kind,
        method=more.get("method", "GET"),
        params=secrets.revealed_in(orjson.loads(params)) if params else {},
        id=page_id,
        depth=depth,
        is_apart=kind == FILES,
    )


def from_finished(done: Finished, secrets: Secrets) -> tuple[object, ...]:
    """Return how a page ended, in the order of END_PAGE."""
    state, reason, detail = State.FETCHED, None, None
    if done.failure:
        state, reason, detail = State.FAILED, done.failure.reason, secrets.told(done.failure.detail)
    elif done.skipped:
        state, reason, detail = State.SKIPPED, done.skipped, secrets.told(done.detail) or None
    request, marks = done.request, ",".join(done.marks) or None
    return state, reason, detail, secrets.hidden(request.url), done.fetched_at, request.attempt, marks, request.id


def content(done: Finished, parsed: Parsed, secrets: Secrets) -> tuple[object, ...]:
    """Return what a page gave, in the order of the table."""
    return done.request.id, *_from_parsed(parsed, secrets), _from_page(done.kept, secrets)


def _from_parsed(parsed: Parsed, secrets: Secrets) -> tuple[bytes, bytes, bytes | None]:
    """Return a page's record lines, how many each rule has and how well filled, and what was wrong with them."""
    lines = b"\n".join(itertools.chain.from_iterable(parsed.lines))
    counts = orjson.dumps([[len(records) for records in parsed.lines], parsed.filled])
    if not (parsed.faults or parsed.dropped or parsed.replaced):
        return lines, counts, None
    faults = {
        "faults": list(_examples(parsed.faults, secrets)),
        "dropped": [[d.rule, d.field, d.count, d.is_filtered] for d in parsed.dropped],
        "replaced": parsed.replaced,
    }
    return lines, counts, orjson.dumps(faults)


def to_lines(lines: bytes, counts: bytes) -> tuple[tuple[tuple[bytes, ...], ...], tuple[tuple[int, ...], ...]]:
    """Return the record lines of each rule, and how well filled its fields are."""
    every = iter(lines.split(b"\n"))
    by_rule, filled = orjson.loads(counts)
    return tuple(tuple(itertools.islice(every, count)) for count in by_rule), tuple(map(tuple, filled))


def to_faults(data: bytes | None) -> tuple[tuple[tuple[Fault, int], ...], tuple[Dropped, ...], int]:
    """Return the malformed values with their counts, the dropped records and the bytes that were replaced."""
    if data is None:
        return (), (), 0
    faults = orjson.loads(data)
    examples = tuple((Fault(*fault), count) for *fault, count in faults["faults"])
    return examples, tuple(Dropped(*entry) for entry in faults["dropped"]), faults["replaced"]


def _from_page(page: Page | None, secrets: Secrets) -> bytes | None:
    """Return a page as it is kept to be read again."""
    if page is None:
        return None
    headers = [header for header in page.headers if header[0].lower() == "content-type"]  # cookies are never stored
    head = orjson.dumps([secrets.hidden(page.url), page.status, headers, page.fetched_at, page.marks])
    return head + b"\n" + zlib.compress(page.body, level=1)


def to_page(data: bytes, secrets: Secrets) -> Page:
    """Return a page that was kept."""
    head, _, body = data.partition(b"\n")
    url, status, headers, fetched_at, marks = orjson.loads(head)
    pairs = tuple((name, value) for name, value in headers)
    return Page(secrets.revealed(url), status, pairs, zlib.decompress(body), fetched_at, tuple(marks))


SHOWN_CHARACTERS = 1 << 16
"""Of a page's source, for a person to see."""


def from_snapshot(snapshot: Snapshot, secrets: Secrets) -> Iterator[tuple[str, bytes]]:
    """Yield a row for each topic of a snapshot, its secrets masked before it is cut."""
    url, text, records = map(secrets.masked, (snapshot.url, _plain(snapshot.text), snapshot.records))
    head = [url, snapshot.status, snapshot.fetched_at]
    for topics, part in ((snapshot.topics, [text[:SHOWN_CHARACTERS]]), (snapshot.whole, [text, (), records])):
        page = zlib.compress(orjson.dumps([*head, *part]), level=1) if topics else b""
        yield from ((topic, page) for topic in topics)


def to_snapshot(topic: str, page: bytes) -> Snapshot:
    """Return the snapshot that a row holds."""
    return Snapshot((topic,), *orjson.loads(zlib.decompress(page)))


def _plain(text: str) -> str:
    """Return a text without lone surrogates, which are in no file."""
    return text.encode("utf-8", "replace").decode()


def _examples(faults: Iterable[Fault], secrets: Secrets) -> Iterator[list[Any]]:
    """Yield the first faults of each field as [rule, field, value, cause, n]: n is the count of all, on the first."""
    by_field: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        by_field.setdefault((fault.rule, fault.field), []).append(fault)
    for group in by_field.values():
        for index, fault in enumerate(group[:EXAMPLES_PER_FIELD]):
            value, cause = secrets.masked(fault.value, is_cut=True), secrets.masked(fault.cause, is_cut=True)
            yield [fault.rule, fault.field, value, cause, 0 if index else len(group)]
