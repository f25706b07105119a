"""`mend`: what a config no longer reads, and a config that does: searched for, proved, told and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from scraper.authoring.mend.alignment import leaves
from scraper.authoring.mend.ground import Sheet
from scraper.authoring.mend.proposal import Proposal
from scraper.authoring.mend.whole_job import Pages, propose
from scraper.authoring.mend.writing import diff, mended_text, told
from scraper.authoring.one_page import UNKNOWN_URL, fetch, is_url, open_file, planned
from scraper.authoring.trace import template_names
from scraper.config import load as config
from scraper.errors import ConfigError, ReplayError, ScraperError
from scraper.job import Job, Kind, yamldoc
from scraper.journal.workspace import Workspace, write_whole
from scraper.models import Failure, Page, Parsed, Request
from scraper.parse.encodings.encoding import decode
from scraper.parse.parser import Parser
from scraper.parse.trees.parsers import engine_of
from scraper.report.accounts import Exit
from scraper.report.kept_pages import KeptPage, read_kept

OLD = ".old"
"""What a config is called that was mended in its place."""


class Mended(Struct, frozen=True):
    """A proposal, and the config that it makes."""

    job: Job
    old: str
    new: str
    """The text of the config; the old one where nothing is mended."""
    proposal: Proposal
    pages: Sequence[KeptPage] = ()
    """As they are now."""
    records: tuple[int, int] = (0, 0)
    """Which the new pages give, by the old config and by the new one."""
    is_config: bool = True
    """Whether the new text is a config that can be run."""

    @property
    def exit_code(self) -> Exit:
        """Return 0 if nothing is left broken, 3 if some of it is, 4 if nothing could be mended."""
        if self.is_config and len(self.proposal.mended) == len(self.proposal.findings):
            return Exit.OK
        return Exit.INCOMPLETE if self.proposal.mended else Exit.REJECTED

    def lines(self) -> Iterator[str]:
        """Yield what was found, with its proof and what it changes in the config."""
        yield from told(self.proposal)
        if self.proposal.mended:
            yield f"records of these pages: {self.records[0]} before, {self.records[1]} after"
            yield ""
            yield from diff(self.old, self.new, str(self.job.path))


def mend(job: Job, pages: Pages) -> Mended:
    """Return what mends a config, proved on the pages as they are now. Raises ConfigError."""
    old = config.read_text(job.path)
    has_kinds = "pages" in (yamldoc.read(old, str(job.path)).data or {})
    proposal = propose(job, pages, has_kinds=has_kinds)
    new = mended_text(old, str(job.path), proposal)
    try:
        changed = config.parse_config(new, job.path) if proposal.mended else job
    except ConfigError as error:  # what could not be mended does not go with what was
        notes = (*proposal.notes, *(f"then to be put right by hand: {problem}" for problem in error.problems))
        counts = _count(job, pages.broken), 0
        return Mended(job, old, new, replace(proposal, notes=notes), pages.broken, counts, is_config=False)
    counts = _count(job, pages.broken), _count(changed, pages.broken)
    return Mended(job, old, new, proposal, pages.broken, counts)


def _count(job: Job, pages: Sequence[KeptPage]) -> int:
    """Return how many records pages give as a run would read them."""
    found = 0
    for kind in job.kinds.values():
        parser = Parser(replace(kind, encoding="utf-8"), regex_timeout=job.settings.regex_timeout)
        for page in pages:
            if page.kind == kind.name:
                result = parser.parse(Request(page.url, kind.name, params=no_params(kind)), page.page())
                found += sum(map(len, result.lines)) if isinstance(result, Parsed) else 0
    return found


def no_params(kind: Kind) -> dict[str, None]:
    """Return the params of a page of which they are not known."""
    return dict.fromkeys(template_names(kind))


def write(mended: Mended, output: Path | None) -> Path:
    """Write the mended config to a file, or in place with the old one beside it; return where the old one lies.

    Raises OutputError.
    """
    if output is not None:
        write_whole(output, mended.new.encode())
        return mended.job.path
    path = mended.job.path
    beside = next(
        one for n in range(1, 1000) if not (one := path.with_name(f"{path.name}{OLD}{n if n > 1 else ''}")).exists()
    )
    write_whole(beside, mended.old.encode())
    write_whole(path, mended.new.encode())
    return beside


# --------------------------------------------------------------------------- pages


def pages_of(job: Job, now: Sequence[str], before: Sequence[str]) -> Pages:
    """Return the pages to go by: those named, else those that the state folder keeps.

    Each is a URL, a saved page or a recorded folder. Raises ReplayError where there are none, ScraperError for one that
    cannot be had.
    """
    workspace = Workspace(job)
    good = [_named(job, one, ()) for one in before] or read_kept(workspace.good_pages)
    if not good:
        message = f"{job.name}: no good page is kept: only what was read once can be found again"
        raise ReplayError(f"{message}; name a page that the config reads: --before PAGE")
    broken = [_named(job, one, good) for one in now] or read_kept(workspace.broken_pages)
    if not broken:
        message = f"{job.name}: no page is kept that broke a run"
        raise ReplayError(f"{message}; name one: python -m scraper mend {job.path} PAGE")
    return Pages(good, broken)


def _named(job: Job, target: str, good: Sequence[KeptPage]) -> KeptPage:
    page = _fetched(job, target) if is_url(target) else open_file(target)
    request = planned(job, page.url) if page.url != UNKNOWN_URL else None
    kind = job.kinds[request.kind] if request else _kind_of(job, page, good)
    if page.url == UNKNOWN_URL and (first := planned(job, None)):
        page = Page(first.url, page.status, page.headers, page.body, page.fetched_at)
    unpack = engine_of(kind.parser).unpack
    text = decode(unpack(page.body) if unpack else page.body, page.header("content-type"), kind.encoding).text
    return KeptPage(kind.name, page.url, page.fetched_at, text)


def _fetched(job: Job, url: str) -> Page:
    owner = planned(job, url) or Request(url, next(iter(job.kinds)))
    answer = fetch(job, owner, None)
    if isinstance(answer, Failure):
        raise ScraperError(f"{url}: {answer.reason}: {answer.detail}")
    return answer


def _kind_of(job: Job, page: Page, good: Sequence[KeptPage]) -> Kind:
    """Return the kind whose good pages hold the most of what a page holds; without any the one that reads the most."""
    kinds = list(job.kinds.values())
    if len(kinds) == 1:
        return kinds[0]
    if not good:
        return max(kinds, key=lambda kind: _read(kind, page))
    try:
        held = set(leaves(Sheet(kinds[0], page).document.root))
        shared = {kind.name: _shared(kind, good, held) for kind in kinds}
    except ScraperError:
        return kinds[0]
    return max(kinds, key=lambda kind: (shared[kind.name], _read(kind, page)))


def _shared(kind: Kind, good: Sequence[KeptPage], held: set[str]) -> float:
    roots = (Sheet(kind, one.page()).document.root for one in good if one.kind == kind.name)
    return max(
        (len(held & theirs) / len(held | theirs) for theirs in (set(leaves(root)) for root in roots)), default=0.0
    )


def _read(kind: Kind, page: Page) -> int:
    result = Parser(kind).parse(Request(page.url, kind.name, params=no_params(kind)), page)
    return sum(map(sum, result.filled)) if isinstance(result, Parsed) else 0
