"""Count what the published records hold and what was lost on the way to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scraper.job.expect import Bounds
from scraper.models import UNASKED, UNCHANGED, Fault, Stored

SAMPLES_PER_RULE = 5


@dataclass(slots=True)
class Tally:
    """What the published records hold and what was lost on the way to them; one owner, the publication."""

    records: Counter[str] = field(default_factory=Counter)
    """Records by rule, those that earlier runs have written included."""
    known: Counter[str] = field(default_factory=Counter)
    """Of these, records that earlier runs have written."""
    filled: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Values other than null and [] by (rule, field)."""
    malformed: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], Fault] = field(default_factory=dict)
    """The first malformed value of each (rule, field)."""
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Records given up for want of a required field, by (rule, field)."""
    filtered: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Records that `where` did not keep, by (rule, field)."""
    duplicates: Counter[str] = field(default_factory=Counter)
    """Records whose key an earlier one had, by rule."""
    keyless: Counter[str] = field(default_factory=Counter)
    """Records with a null in their key, which tells none from another, by rule."""
    unmerged: Counter[str] = field(default_factory=Counter)
    """Records with nulls in the place of a page that should have joined them and failed, by rule."""
    unlinked: Counter[str] = field(default_factory=Counter)
    """Records with such nulls that led to no page."""
    replaced: int = 0
    """Bytes that were not valid in their page's encoding."""
    marks: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    """Pages that the server called unchanged, and those that it was not asked for: read from the HTTP cache."""
    unasked: int = 0
    pages: Counter[str] = field(default_factory=Counter)
    """Pages whose records stand for themselves, by kind."""
    odd_pages: Counter[str] = field(default_factory=Counter)
    """Those of them that gave more or fewer records than `records_per_page` says."""
    odd_examples: dict[str, tuple[str, int, Bounds]] = field(default_factory=dict)
    """The first odd page of each kind: its URL, its records, and what was expected."""
    samples: defaultdict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    """The first record lines of each rule, a few."""

    def notes(self) -> Iterator[str]:
        """Yield what an operator should know of keys and links."""
        for rule, count in (+self.unlinked).items():
            yield f"{count} records of {rule} have no link that is followed: nulls are in the place of its page"
        for rule, count in (+self.keyless).items():
            yield f"{count} records of {rule} have a null in their key: such tell none from another, all were kept"

    def count_page(self, page: Stored, rule: str | None = None) -> None:
        """Add what one page lost; `rule`: the one that its record joins."""
        for fault, count in page.faults:
            place = rule or fault.rule, fault.field
            self.malformed[place] += count
            self.examples.setdefault(place, fault)
        for drop in page.dropped:
            lost = self.filtered if drop.is_filtered else self.dropped
            lost[drop.rule, drop.field] += drop.count
        self.replaced += page.replaced
        for mark in page.marks.split(",") if page.marks else ():
            self.unchanged += mark == UNCHANGED
            self.unasked += mark == UNASKED
            self.marks[mark] += mark not in (UNCHANGED, UNASKED)

    def count_yield(self, page: Stored, bounds: Bounds | None) -> None:
        """Add how many records a page gave, before any of them is dropped for its key."""
        count = sum(map(len, page.lines))
        self.pages[page.kind] += 1
        if bounds is not None and not bounds.hold(count):
            self.odd_pages[page.kind] += 1
            self.odd_examples.setdefault(page.kind, (page.url, count, bounds))

    def sample(self, rule: str, lines: Sequence[bytes]) -> None:
        """Keep the first of these lines, unless there are enough of the rule."""
        kept = self.samples[rule]
        if len(kept) < SAMPLES_PER_RULE:
            kept.extend(lines[: SAMPLES_PER_RULE - len(kept)])

    def count_record(self, rule: str, record: dict[str, object]) -> None:
        """Add one written record."""
        self.records[rule] += 1
        for name, value in record.items():
            self.filled[rule, name] += value is not None and value != []

    def count_records(self, rule: str, names: tuple[str, ...], count: int, filled: tuple[int, ...]) -> None:
        """Add the written records of one rule of a page, whose fields were counted when it was parsed."""
        self.records[rule] += count
        for name, number in zip(names, filled, strict=True):
            self.filled[rule, name] += number
