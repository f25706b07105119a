"""Count what the published records hold and what was lost on the way to them."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from msgspec import Struct, field

from scraper.export.spread import Spread
from scraper.job.expect import Bounds
from scraper.models import UNASKED, UNCHANGED, Fault, Stored

SAMPLES_PER_RULE = 5
KEPT = "such tell none from another, all were kept"
LEFT_OUT = "they cannot be found again by it, so they were left out"
BY_KEY, UNMERGED, UNFIT = "dropped by key", "lost link of a merge", "without a required field"
"""What may become of records that were found."""


class Digest(Protocol):
    """What makes one number of many bytes."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""

    def hexdigest(self) -> str:
        """Return the number of all so far."""


class Tally(Struct):
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
    left_out: Counter[str] = field(default_factory=Counter)
    """Of these, records that are not written: what is found by its key holds no such."""
    unmerged: Counter[str] = field(default_factory=Counter)
    """Records with nulls in the place of a page that should have joined them and failed, or had not one record."""
    unlinked: Counter[str] = field(default_factory=Counter)
    """Records with such nulls that led to no page, by rule."""
    led: Counter[str] = field(default_factory=Counter)
    """Records that led to a page that should join them, by rule."""
    urls: dict[tuple[str, str], str] = field(default_factory=dict)
    """The first page that shows what became of records, by that and the rule."""
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
    content: Digest = field(default_factory=lambda: hashlib.blake2b(digest_size=16))
    """Of the records as they are written."""
    samples: defaultdict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    """The first record lines of each rule, a few."""
    spread: defaultdict[str, Spread] = field(default_factory=lambda: defaultdict(Spread))
    """Record lines of each rule, some from everywhere."""

    def notes(self) -> Iterator[str]:
        """Yield what an operator should know of keys and links."""
        for rule, count in (+self.unlinked).items():
            yield f"{count} records of {rule} have no link that is followed: nulls are in the place of its page"
        for rule, count in (+self.keyless).items():
            what = LEFT_OUT if self.left_out[rule] else KEPT
            yield f"{count} records of {rule} have a null in their key: {what}"

    def totals(self) -> dict[str, Any]:
        """Return what is reported as it is, by name."""
        return {
            "duplicates": self.duplicates.total(),
            "unmerged": self.unmerged.total(),
            "replaced": self.replaced,
            "marks": dict(+self.marks),
            "unchanged": self.unchanged,
            "unasked": self.unasked,
        }

    def count_page(self, page: Stored, rule: str | None = None) -> None:
        """Add what one page lost; `rule`: the one that its record joins."""
        for fault, count in page.faults:
            place = rule or fault.rule, fault.field
            self.malformed[place] += count
            self.examples.setdefault(place, fault)
        for drop in page.dropped:
            lost = self.filtered if drop.is_filtered else self.dropped
            lost[drop.rule, drop.field] += drop.count
            if not drop.is_filtered:
                self.urls.setdefault((UNFIT, drop.rule), page.url)
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

    def count_duplicate(self, rule: str, url: str) -> None:
        """Add a record of a page that is dropped for its key."""
        self.duplicates[rule] += 1
        self.urls.setdefault((BY_KEY, rule), url)

    def count_unmerged(self, rule: str, url: str | None) -> None:
        """Add a record with nulls in the place of a page; `url`: of that page, None where the record led to none."""
        if url is None:
            self.unlinked[rule] += 1
        else:
            self.unmerged[rule] += 1
            self.urls.setdefault((UNMERGED, rule), url)

    def sample(self, rule: str, lines: Sequence[bytes]) -> None:
        """Take the record lines of a rule into the digest, and keep its first few, and some of all."""
        self.content.update(b"\n".join(lines))
        self.spread[rule].add(lines)
        kept = self.samples[rule]
        if len(kept) < SAMPLES_PER_RULE:
            kept.extend(lines[: SAMPLES_PER_RULE - len(kept)])

    def count_record(self, rule: str, record: dict[str, object]) -> None:
        """Add one written record."""
        self.records[rule] += 1
        for name, value in record.items():
            self.filled[rule, name] += _is_filled(value)

    def count_records(self, rule: str, names: tuple[str, ...], count: int, filled: tuple[int, ...]) -> None:
        """Add the written records of one rule of a page, whose fields were counted when it was parsed."""
        self.records[rule] += count
        for name, number in zip(names, filled, strict=True):
            self.filled[rule, name] += number


def _is_filled(value: object) -> bool:
    """Return whether a value is neither null nor an empty list, nor a list of files of which none has come."""
    return value is not None and (not isinstance(value, list) or any(one is not None for one in value))
