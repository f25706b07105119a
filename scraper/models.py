"""The frozen values that pass between the stages: what to fetch, what came back, what it gave.

Everything here is plain data that survives a pipe and a database; nothing here does work. They are msgspec's Structs,
which are like frozen dataclasses but go through a pipe in a tenth of the time.
A newcomer reads it top to bottom: Request → Page or Failure → Parsed → Finished → Stored; `job` says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from msgspec import Struct

Headers = tuple[tuple[str, str], ...]
"""Header lines in their order; names as they were sent, to be compared without case."""

UNCHANGED, UNASKED = "unchanged", "not asked for"
"""Marks of pages and files that were read from disk: the server said 304, or nobody asked it."""
REDIRECTED = "redirected"
"""Mark of a page that was read although another one has come from its URL: it may differ by a cookie or a body."""

FILES = "_files"
"""The kind of the files that records name (`type: file`): no page, but asked for as pages are."""

# --------------------------------------------------------------------------- the exchange


class Keep(Struct, frozen=True, gc=False):
    """Where the body of an answer goes that is a file of its own."""

    path: str
    """A template, see `kept_files.NAMES`."""
    folder: str  # of the template, without its names: parts of files lie there
    job: str
    maxsize_bytes: int
    is_body_wanted: bool = False  # besides: it is recorded


class Saved(Struct, frozen=True, gc=False):
    """A body that lies in a file, whole and under its name."""

    path: str
    size: int
    sha256: str
    type: str
    """Of Content-Type, in lower case and without parameters; "" where there was none."""
    etag: str = ""
    modified: str = ""


class Cached(Struct, frozen=True, gc=False):
    """What the HTTP cache has for a request. Only requests whose answers may be stored have one."""

    path: str
    """The file that holds the answer, or will."""
    is_unasked: bool = False
    """The stored answer counts as it is: nobody is asked."""
    conditions: Headers = ()
    """What asks the server whether the stored answer still holds; nothing where there is none."""

    @property
    def is_used(self) -> bool:
        """Whether the answer may come from the file."""
        return self.is_unasked or bool(self.conditions)


class Request(Struct, frozen=True, gc=False):
    """One HTTP exchange to make. A retry or a redirect hop is a new Request made from the old one."""

    url: str
    kind: str = ""
    """Name of the kind of page that will parse the answer; "" for the program's own (robots.txt, login)."""
    method: str = "GET"
    headers: Headers = ()
    body: bytes | None = None
    params: Mapping[str, Any] = {}
    """What the templates of this page may use: JSON values, or one level of them for `{name.key}`."""
    id: int = 0
    """The page's row in the journal, negative for the program's own; all hops and attempts of one page share it."""
    depth: int = 0  # follow steps from a start URL
    attempt: int = 1  # of the first try
    hops: tuple[str, ...] = ()  # the URLs that redirected here, oldest first
    is_apart: bool = False
    """What comes may be this page's alone though others come from its URL: a cookie or a body led there."""
    deaths: int = 0
    """How often a worker died while this was the only page it was working on."""
    is_anonymous: bool = False
    """Sent without the config's headers, cookies and auth, and bound to no scope: robots.txt."""
    proxy: str | None = None
    cached: Cached | None = None
    enough_bytes: int = 0
    """So much of the body will do, of a larger one the beginning; 0: all of it is needed."""
    keep: Keep | None = None  # where the body goes that is a file; None for pages
    asks_in_full: bool = False
    """Whatever is stored is not trusted: it was unreadable, or judged bad."""
    jar: tuple[str, ...] = ()
    """The run's cookies of the page's site as JSON, for a browser, whose scripts may read and set them."""

    @property
    def is_login(self) -> bool:
        """Whether it is one of the program's own that log in."""
        return self.id < 0 and not self.is_anonymous

    def __repr__(self) -> str:
        """Return what may be shown: headers, body and proxy may hold secrets."""
        return f"Request({self.method} {self.url}, kind={self.kind!r}, id={self.id}, attempt={self.attempt})"


class Page(Struct, frozen=True, gc=False):
    """A complete HTTP response of any status, its body decoded from Content-Encoding."""

    url: str
    status: int
    headers: Headers
    body: bytes
    fetched_at: float
    """Seconds since the epoch (UTC) when the response was complete; in replay the recorded time."""
    marks: tuple[str, ...] = ()
    """What is legal but worth telling: "no length" (it ended with the connection, may be cut)."""
    saved: Saved | None = None
    """Where its body lies; it has none here then, unless it is to be recorded."""
    made_of: tuple[tuple[Request, Page], ...] = ()
    """The exchanges that a browser made this page of, the document first; only where they are to be recorded."""
    cookies: tuple[tuple[str, str], ...] = ()
    """What it set and took away in the browser: for each cookie a URL that may set it, and its Set-Cookie line."""

    def header(self, name: str) -> str | None:
        """Return the first header line of this name, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Failure(Struct, frozen=True, gc=False):
    """A page that is not to be had, as a value: it travels through the Pool, exceptions do not."""

    reason: str
    """Short and countable, of the words in `errors.Reason` or `http 404`."""
    detail: str = ""
    """One line for a person: what was expected, what came."""
    is_transient: bool = False
    """True where another try may help; the parent decides whether there is one."""
    pause_s: float = 0.0
    """Seconds for which nothing may start at the host: it asked for that, and this page has no more tries."""


# --------------------------------------------------------------------------- what parsing gives


class Fault(Struct, frozen=True, gc=False):
    """A malformed value: found, but it does not cast, parse or map."""

    rule: str
    field: str
    value: str
    """What was found, cut to 80 characters."""
    cause: str


class Dropped(Struct, frozen=True, gc=False):
    """Records of one rule that a page gave up for one of their fields."""

    rule: str
    field: str
    count: int
    is_filtered: bool = False
    """Whether `where` was not met; else a required field was missing."""


class Link(Struct, frozen=True, gc=False):
    """A page that another page leads to."""

    url: str
    kind: str
    params: Mapping[str, Any] = {}
    rule: int | None = None
    """Number of the rule whose record leads there; None for a link of the page itself."""
    record: int | None = None
    """Number of the record among those of its rule on the page."""
    is_merged: bool = False
    """Whether the page's record joins the one that led to it."""
    steps: int = 1
    """How much deeper the page lies: 0 for a further page of an open param, which is a start page too."""


class Parsed(Struct, frozen=True, gc=False):
    """What one page gave."""

    lines: tuple[tuple[bytes, ...], ...]
    """For each rule of the kind, in order, its records as JSON objects without a newline."""
    filled: tuple[tuple[int, ...], ...] = ()
    """For each rule, for each of its written fields, in how many records it is neither null nor []."""
    items: int = 0
    """How many items `each` found, over all rules."""
    faults: tuple[Fault, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    encoding: str = ""
    """The WHATWG name of the encoding that was used, in lower case."""
    replaced: int = 0
    """Places that were not valid in that encoding and became U+FFFD."""
    links: tuple[Link, ...] = ()
    """In plan order: those of the records before those of the page."""
    marks: tuple[str, ...] = ()
    """What is doubtful of the reading, such as a guessed encoding; counted with the page's own marks."""


class Read(Struct, frozen=True, gc=False):
    """A page that was parsed where it was fetched; its body came along only where somebody may need it."""

    page: Page
    parsed: Parsed | Failure


class Child(Struct, frozen=True, gc=False):
    """A link as the journal takes it: the page it leads to, or why it is not followed."""

    link: Link
    request: Request
    domain: str
    skipped: str | None = None


class Snapshot(Struct, frozen=True, gc=False):
    """What is kept of a page that is the first to show something, such as a field that is empty."""

    topics: tuple[str, ...]
    url: str
    status: int
    fetched_at: float
    text: str
    """Its source, of which the beginning is shown."""
    whole: tuple[str, ...] = ()
    """Topics for which all of it is kept."""
    records: str = ""
    """The lines of each rule, as JSON; only with what is kept whole."""


class Finished(Struct, frozen=True, gc=False):
    """The end of one page: parsed, failed or skipped, exactly one of them."""

    request: Request
    """The last request made for it, after redirects and retries."""
    fetched_at: float | None = None
    marks: tuple[str, ...] = ()
    parsed: Parsed | None = None
    failure: Failure | None = None
    skipped: str | None = None
    """Why the page was not wanted after all, such as "robots"."""
    detail: str = ""
    """One line for a person about a page that was skipped."""
    children: tuple[Child, ...] = ()
    kept: Page | None = None
    """The page itself where it may have to be read again: its reading depends on the params of who leads to it."""
    shown: Snapshot | None = None


class State(IntEnum):
    """Where a page stands in the journal."""

    PENDING = 0
    FETCHED = 1
    FAILED = 2
    SKIPPED = 3
    ALIAS = 4
    """No page: a URL that another page was redirected to, and that nobody has asked for."""


class Edge(Struct, frozen=True, gc=False):
    """One step of the walk: a page that another one leads to."""

    position: int
    child: int
    rule: int | None
    record: int | None
    """Number of the record that leads there, among those of its rule; None where the page itself does."""
    is_merged: bool
    is_other: bool
    """Whether it asks for another kind or other params than the page was read with."""


class Stored(Struct, frozen=True, gc=False):
    """A page as publication sees it."""

    id: int
    url: str
    kind: str
    state: State
    reason: str | None
    detail: str | None
    fetched_at: float | None
    marks: str | None
    lines: tuple[tuple[bytes, ...], ...]
    """For each rule of the kind, its records."""
    filled: tuple[tuple[int, ...], ...]
    """As in `Parsed`."""
    faults: tuple[tuple[Fault, int], ...]
    """Up to three examples a field, the first with the count of all, the others with 0."""
    dropped: tuple[Dropped, ...]
    replaced: int
