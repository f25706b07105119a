"""Find what the last good run had and this one has not, and the page that should have led to it: of two journals."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import orjson

from scraper.job.secrets import Secrets
from scraper.journal import rows, schema
from scraper.journal.database import Database

KEYS_TOLD = 10
_GONE = f"""
SELECT g.id, g.kind, g.url, m.state, m.reason FROM good.page g LEFT JOIN main.page m ON m.fingerprint = g.fingerprint
WHERE g.state = 1 AND m.state IS NOT 1 AND {schema.WHOLE_PAGE.format("g.")} ORDER BY g.id
"""  # noqa: S608 - the names are ours
_PARENT = """
SELECT p.id, p.url, m.id, m.state FROM good.edge e JOIN good.page p ON p.id = e.parent
LEFT JOIN main.page m ON m.fingerprint = p.fingerprint
WHERE e.child = ? AND e.parent <> e.child ORDER BY e.parent LIMIT 1
"""


class MissingPages(NamedTuple):
    """Pages of one kind that came in the last good run and not in this one, for one cause."""

    kind: str
    cause: str
    pages: int
    example: str


class MissingRecords(NamedTuple):
    """Records of one rule that came in the last good run and not in this one."""

    rule: str
    records: int
    of: int
    """So many came in the last good run."""
    examples: tuple[tuple[str, str], ...]
    """The first of them: `name=value` of the key, and the page where it was."""


class Missing:
    """The comparison of the journal of a run with that of the last good one; `with` closes it.

    `damaged` is how many pages of the good one are not as they were written, and are not compared. Raises
    DamagedJournal where nothing can be.
    """

    def __init__(self, journal: Path, good: Path, secrets: Secrets) -> None:
        with closing(Database(good)) as db:
            db.check()
            self.damaged = len(db.execute(schema.DAMAGED).fetchall())
        self._db, self._secrets = Database(journal), secrets
        self._db.execute("ATTACH ? AS good", (str(good),))
        self._causes: dict[int, str] = {}

    def __enter__(self) -> Missing:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def pages(self) -> list[MissingPages]:
        """Return what did not come, by kind and cause, the most first."""
        counts, examples = Counter[tuple[str, str]](), dict[tuple[str, str], str]()
        for page, kind, url, state, reason in self._db.execute(_GONE).fetchall():
            cause = self._cause(page) if state is None else f"asked for: {reason or 'another page of the crawl'}"
            counts[kind, cause] += 1
            examples.setdefault((kind, cause), self._shown(url))
        return [MissingPages(*key, count, examples[key]) for key, count in counts.most_common()]

    def records(self, kind: str, number: int, rule: str, key: tuple[str, ...]) -> MissingRecords | None:
        """Return the records of a rule whose keys did not come; `number`: of the rule in its kind. None: all came."""
        now = {found for found, _ in self._keys("main", kind, number, key)}
        before = dict(reversed(list(self._keys("good", kind, number, key))))
        gone = [(found, url) for found, url in reversed(before.items()) if found not in now]
        if not gone:
            return None
        told = ((", ".join(map("{}={}".format, key, orjson.loads(k))), url) for k, url in gone)
        examples = tuple((self._secrets.masked(k), self._shown(url)) for k, url in itertools.islice(told, KEYS_TOLD))
        return MissingRecords(rule, len(gone), len(before), examples)

    def _cause(self, page: int) -> str:
        """Return why nobody led to a page: what became of the page that did, or of the nearest above it that came."""
        if page not in self._causes:
            self._causes[page] = "not led to"  # pages that lead to each other
            self._causes[page] = self._find_cause(page)
        return self._causes[page]

    def _find_cause(self, page: int) -> str:
        parent = self._db.execute(_PARENT, (page,)).fetchone()
        if parent is None:
            return "no start URL of this run"
        then, url, now, state = parent
        if now is None:
            return self._cause(then)
        if state != 1:
            return f"not led to: {self._shown(url)} did not come"
        before, after = self._links("good", then), self._links("main", now)
        return f"not led to: {self._shown(url)} came with {after} links, {before} in the last good run"

    def _links(self, name: str, page: int) -> int:
        query = f"SELECT count(*) FROM {name}.edge WHERE parent = ?"  # noqa: S608 - the names are ours
        count: int = self._db.execute(query, (page,)).fetchone()[0]
        return count

    def _keys(self, name: str, kind: str, number: int, key: tuple[str, ...]) -> Iterator[tuple[bytes, str]]:
        """Yield the key of each record of a rule, with the page where it is."""
        for is_whole, url, lines, counts in self._db.execute(schema.READ_LINES.format(name), (kind,)):
            if not is_whole:
                continue
            by_rule, _ = rows.to_lines(lines, counts)
            for line in by_rule[number] if number < len(by_rule) else ():
                record = orjson.loads(line)
                yield orjson.dumps([record.get(name) for name in key]), url

    def _shown(self, url: str) -> str:
        return self._secrets.masked(self._secrets.revealed(url))
