"""Files that records name (`type: file`): how they are asked for, and what their answers mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from msgspec.structs import replace

from scraper.errors import Reason
from scraper.fetch.kept_files import first_url, forget_parts
from scraper.job import Job
from scraper.journal.past_files import PastFiles
from scraper.journal.workspace import static_folder
from scraper.models import FILES, UNCHANGED, Failure, Keep, Page, Parsed, Request, Saved
from scraper.parse.parser import Parser

NOT_MODIFIED = 304


class Files:
    """The files of one run; where its job has none, nothing happens here."""

    def __init__(self, job: Job, past: Path | None, *, is_recording: bool) -> None:
        """`past`: the journal of the last good run, by which servers are asked whether a file has changed."""
        self._keep: Keep | None = None
        self._past = PastFiles(None, job.secrets)
        if FILES not in job.kinds:
            return
        store = job.settings.files_store
        folder = str(static_folder(store))
        self._keep = Keep(store, folder, job.name, job.settings.files_maxsize, is_recording)
        forget_parts(self._keep)
        if not is_recording:  # a recording holds what came, and a 304 is no file
            self._past = PastFiles(past, job.secrets)

    def close(self) -> None:
        """Close the journal of the last run."""
        self._past.close()

    def dress(self, request: Request) -> Request:
        """Return a request as it is sent: one for a file says where that goes, and asks for news only."""
        if request.kind != FILES:
            return request
        known = self._known(request) if not request.asks_in_full else None
        conditions = [("If-None-Match", known["_etag"]), ("If-Modified-Since", known["_modified"])] if known else []
        lines = tuple((name, value) for name, value in conditions if value)
        return replace(request, keep=self._keep, headers=request.headers + lines)

    def settle(self, request: Request, answer: Page | Failure) -> Page | Failure:
        """Return an answer; for one that says that a file is as it was, the file that is there."""
        if request.kind != FILES or isinstance(answer, Failure) or answer.status != NOT_MODIFIED:
            return answer
        known = self._known(request)
        if known is None:
            return answer
        tags = answer.header("etag") or known["_etag"], answer.header("last-modified") or known["_modified"]
        saved = Saved(known["path"], known["size"], known["checksum"], known["type"] or "", *tags)
        return replace(answer, status=200, body=b"", marks=(UNCHANGED,), saved=saved)

    def _known(self, request: Request) -> dict[str, Any] | None:
        """Return what the last good run has of a file that still lies where it was put."""
        known = self._past.find(first_url(request))
        is_like = known and self._keep and known.get("_store") == self._keep.path
        if not known or not is_like or not (known["_etag"] or known["_modified"]):
            return None
        try:
            return known if Path(known["path"]).stat().st_size == known["size"] else None
        except OSError:
            return None


class FileReader:
    """Reads the answer to a request for a file as a parser reads a page: its record is what is told of the file."""

    def __init__(self, job: Job) -> None:
        self._store = job.settings.files_store

    def blocks(self, _: str) -> str | None:
        """Return None: no pattern says that a file is none."""

    def parse(self, request: Request, page: Page) -> Parsed | Failure:
        """Return what is told of the file, or why there is none."""
        saved = page.saved
        if saved is None:
            return Failure(Reason.NOT_SAVED, f"{page.url}: the answer came and was not put into a file")
        if not saved.size:
            return Failure(Reason.EMPTY, f"{page.url}: the file has no bytes")
        told = {
            "url": first_url(request),
            "path": saved.path,
            "size": saved.size,
            "type": saved.type or None,
            "checksum": saved.sha256,
            "_etag": saved.etag,
            "_modified": saved.modified,
            "_store": self._store,
        }
        return Parsed(((orjson.dumps(told),),), ((),))


def readers(job: Job) -> dict[str, Parser | FileReader]:
    """Return what reads the answers of each kind."""
    limit_s = job.settings.regex_timeout
    return {
        name: FileReader(job) if name == FILES else Parser(kind, regex_timeout=limit_s)
        for name, kind in job.kinds.items()
    }
