"""One recorded exchange and the records it must give, made of facts and of page templates in tests/pages/data/."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from string import Template
from typing import Any

from scraper.job import yamldoc

DATA = Path(__file__).parents[1] / "pages" / "data"
HTML = "text/html; charset=utf-8"

Fact = dict[str, Any]
"""A film, a saying, a book or a record, as JSON has it."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """A folder of fixtures/: meta.yaml, page.html, records.jsonl."""

    slug: str
    url: str
    page: str | bytes
    """Text is saved as UTF-8."""
    records: Sequence[Fact] | None
    """None: the page must fail, and `extra` says with which reason."""
    config: str
    kind: str | None = None
    """Kind of the page; None where the config has only one."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """More keys of meta.yaml: `failure` is a reason, `unreadable_by` names kinds that find no item here."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": HTML})

    def files(self, fetched_at: datetime) -> Iterator[tuple[str, bytes]]:
        """Yield the name and the bytes of each file."""
        meta: dict[str, Any] = {"url": self.url, "status": self.status, "headers": dict(self.headers)}
        meta |= {"fetched_at": f"{fetched_at:%Y-%m-%dT%H:%M:%SZ}", "config": f"configs/{self.config}.yaml"}
        meta |= {"kind": self.kind} if self.kind else {}
        yield "meta.yaml", yamldoc.dump(meta | dict(self.extra)).encode()
        yield "page.html", self.page.encode() if isinstance(self.page, str) else self.page
        if self.records is not None:
            yield "records.jsonl", json_lines(self.records)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A folder of a recording, as `--record` writes it: meta.yaml and page.<suffix>."""

    slug: str
    url: str
    page: str | bytes
    """Text is saved as UTF-8."""
    suffix: str = "html"
    content_type: str | None = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """What was posted, references in the place of secrets; None for a GET."""

    def files(self, fetched_at: datetime) -> Iterator[tuple[str, bytes]]:
        """Yield the name and the bytes of each file."""
        typed = {"Content-Type": self.content_type} if self.content_type else {}
        meta: dict[str, Any] = {"url": self.url, "method": "GET" if self.body is None else "POST"}
        meta |= {"status": self.status, "headers": typed | dict(self.headers)}
        meta |= {"fetched_at": f"{fetched_at:%Y-%m-%dT%H:%M:%SZ}"}
        meta |= {} if self.body is None else {"body_sha256": hashlib.sha256(self.body).hexdigest()}
        yield "meta.yaml", yamldoc.dump(meta).encode()
        yield f"page.{self.suffix}", self.page.encode() if isinstance(self.page, str) else self.page


def facts(name: str) -> list[Fact]:
    """Return the facts of tests/pages/data/<name>.jsonl."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def fill(name: str, **values: object) -> str:
    """Return tests/pages/data/<name>.html with its values, which are markup already."""
    return Template((DATA / f"{name}.html").read_text(encoding="utf-8")).substitute(values)


def json_lines(records: Sequence[Fact]) -> bytes:
    """Return records in the form that the program writes: compact JSON in UTF-8, one a line."""
    return "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in records).encode()
