"""The schema of the journal, and its longer statements.

Every row carries a seal of what it holds, which SQLite makes anew with each change: a row whose seal is another was not
written by the program.
"""

# ruff: noqa: S608 - what is put together here are names of columns

import marshal
import zlib

VERSION = "8"
_TEXTS = frozenset("domain url kind reason detail final_url marks skipped topic key value said".split())
"""Columns whose bytes are sealed: a damaged text may be none."""


def seal(*values: int | float | bytes | None) -> int:
    """Return the check of a row's values.

    >>> seal(1, b"tea", None) == seal(1, b"tea", None) != seal(1, b"sea", None)
    True
    """
    return zlib.crc32(marshal.dumps(values, 2))


def _seal(columns: str, table: str = "") -> str:
    """Return the expression that makes the seal of some columns."""
    named = [(name, f"{table}{name}") for name in columns.split()]
    return f"seal({', '.join(f'CAST({it} AS BLOB)' if name in _TEXTS else it for name, it in named)})"


_ASKED = "id fingerprint domain url kind depth params extra alias"
ASKED = _seal(_ASKED)[:-1] + ", state = 4)"
"""The seal of what a page is; what became of it has another, for that can be had again."""
_ENDED, _CONTENT = "id state reason detail final_url fetched_at attempts marks", "id lines counts faults page"
ENDED = _seal(_ENDED)
CONTENT, SNAPSHOT, META = _seal(_CONTENT), _seal("topic page"), _seal("key value")
COOKIE = _seal("number said")
_EDGE = "parent position child skipped rule record is_merged kind params"
EDGE, _EDGE_E = _seal(_EDGE), _seal(_EDGE, "e.")

SCHEMA = (
    f"""CREATE TABLE page (
    id INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL UNIQUE, domain TEXT NOT NULL, url TEXT NOT NULL,
    kind TEXT NOT NULL, depth INTEGER NOT NULL, params BLOB, extra BLOB, state INTEGER NOT NULL DEFAULT 0,
    alias INTEGER, reason TEXT, detail TEXT, final_url TEXT, fetched_at REAL, attempts INTEGER, marks TEXT,
    asked INTEGER AS ({ASKED}) STORED, ended INTEGER AS ({ENDED}) STORED
)""",
    "CREATE INDEX page_by_domain ON page(domain)",
    "CREATE INDEX page_by_alias ON page(alias) WHERE alias IS NOT NULL",
    f"""CREATE TABLE content (
    id INTEGER PRIMARY KEY, lines BLOB NOT NULL, counts BLOB NOT NULL, faults BLOB, page BLOB,
    seal INTEGER AS ({CONTENT}) STORED
)""",
    f"""CREATE TABLE edge (
    parent INTEGER NOT NULL, position INTEGER NOT NULL, child INTEGER, skipped TEXT,
    rule INTEGER, record INTEGER, is_merged INTEGER NOT NULL DEFAULT 0, kind TEXT, params BLOB,
    seal INTEGER AS ({EDGE}) STORED, PRIMARY KEY (parent, position)
) WITHOUT ROWID""",
    "CREATE TABLE snapshot (topic TEXT PRIMARY KEY, page BLOB NOT NULL,"
    f" seal INTEGER AS ({SNAPSHOT}) STORED) WITHOUT ROWID",
    f"CREATE TABLE cookie (number INTEGER PRIMARY KEY, said TEXT NOT NULL, seal INTEGER AS ({COOKIE}) STORED)",
    f"CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, seal INTEGER AS ({META}) STORED) WITHOUT ROWID",
)
ADD_PAGE = (
    "INSERT OR IGNORE INTO page (fingerprint, domain, url, kind, depth, params, extra) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
ADD_EDGE = """
INSERT INTO edge (parent, position, child, rule, record, is_merged, kind, params)
SELECT :parent, :position, id, :rule, :record, :is_merged,
       CASE WHEN kind IS :kind AND params IS :params THEN NULL ELSE :kind END,
       CASE WHEN kind IS :kind AND params IS :params THEN NULL ELSE :params END
FROM page WHERE fingerprint = :fingerprint
"""
"""An edge holds kind and params only where they differ from those the page was first asked for with."""
SKIP_EDGE = "INSERT INTO edge (parent, position, skipped) VALUES (?, ?, ?)"
END_PAGE = """
UPDATE page SET state = ?, reason = ?, detail = ?, final_url = ?, fetched_at = ?, attempts = ?, marks = ?
WHERE id = ? AND state = 0
"""
UNSKIP_LIMITED = "UPDATE page SET state = 0, reason = NULL WHERE state = 3 AND reason LIKE 'closespider%'"
FIND_START = "UPDATE page SET depth = 0 WHERE fingerprint = ? AND depth > 0"
"""A page that a link led to before it was planned is a start page all the same."""
UNSKIP_START = """
UPDATE page SET state = 2, detail = coalesce(detail, coalesce(final_url, url) || ' answered ' || substr(reason, 6))
WHERE state = 3 AND depth = 0 AND (reason LIKE 'http %' OR reason LIKE 'redirected %') AND """
"""Followed pages of some statuses are skipped; start pages fail."""
EDGES = f"""
SELECT e.seal = {_EDGE_E}, e.position, t.id, e.rule, e.record, e.is_merged, coalesce(e.kind, p.kind) IS NOT t.kind
       OR CASE WHEN e.kind IS NULL THEN p.params ELSE e.params END IS NOT t.params
FROM edge e JOIN page p ON p.id = e.child JOIN page t ON t.id = coalesce(p.alias, p.id)
WHERE e.parent = ? AND e.position > ? ORDER BY e.position LIMIT ?
"""
HAS_LINKS = "SELECT EXISTS (SELECT 1 FROM edge WHERE parent > 0)"
FIND_PAGE = """
SELECT p.id, p.state, t.id, t.kind FROM page p JOIN page t ON t.id = coalesce(p.alias, p.id) WHERE p.fingerprint = ?
"""
ASK_AGAIN = """
UPDATE page SET state = 0, (kind, params) = (
    SELECT coalesce(e.kind, p.kind), CASE WHEN e.kind IS NULL THEN p.params ELSE e.params END
    FROM edge e JOIN page p ON p.id = e.child WHERE e.parent = ? AND e.position = ?
) WHERE id = ?
"""
COUNT_PAGES = "SELECT state, reason, count(*) FROM page WHERE state <> 4 GROUP BY state, reason"
COUNT_SKIPPED = "SELECT skipped, count(*) FROM edge WHERE child IS NULL GROUP BY skipped"
FATE = """
SELECT t.state, t.reason FROM page p JOIN page t ON t.id = coalesce(p.alias, p.id) WHERE p.fingerprint = ?
"""
LEFT_OUT = """
SELECT 1 FROM page
WHERE state IN (0, 2) OR (state = ? AND reason NOT LIKE 'http %' AND reason NOT IN (?, 'robots')) LIMIT 1
"""
ADD_ALIAS = """
INSERT OR IGNORE INTO page (fingerprint, domain, url, kind, depth, params, state, alias)
SELECT ?, domain, ?, kind, depth, params, 4, id FROM page WHERE id = ?
"""
PLAN_ALIAS = "UPDATE page SET state = 0, alias = NULL, kind = ?, depth = ?, params = ?, extra = ? WHERE id = ?"
GIVE_WAY = """
UPDATE page SET state = CASE WHEN depth = 0 THEN 2 ELSE 3 END, reason = ?, detail = ? WHERE id = ?
"""
READ_PAGE = f"""
SELECT asked = {ASKED} AND ended = {ENDED}, coalesce(final_url, url), kind, state, reason, detail, fetched_at, marks,
       seal = {CONTENT}, lines, counts, faults
FROM page LEFT JOIN content USING (id) WHERE id = ?
"""
READ_KEPT = f"SELECT page FROM content WHERE id = ? AND seal = {CONTENT}"
READ_SNAPSHOT = f"SELECT topic, page FROM snapshot WHERE topic = ? AND seal = {SNAPSHOT}"
READ_COOKIES = f"SELECT seal = {COOKIE}, said FROM cookie ORDER BY number"
READ_CONTENT = f"SELECT seal = {CONTENT}, lines, counts, faults FROM content WHERE id = ?"
RECALL = f"SELECT seal = {META}, value FROM meta WHERE key = ?"
TAKE_PAGES = f"SELECT asked = {ASKED}, id, url, kind, depth, params, extra FROM page WHERE "
BROKEN = f"""
SELECT EXISTS (SELECT 1 FROM page WHERE asked IS NOT {ASKED} OR alias NOT IN (SELECT id FROM page))
    OR EXISTS (SELECT 1 FROM edge WHERE seal IS NOT {EDGE} OR child NOT IN (SELECT id FROM page))
    OR EXISTS (SELECT 1 FROM cookie WHERE seal IS NOT {COOKIE})
    OR EXISTS (SELECT 1 FROM meta WHERE seal IS NOT {META})
"""
"""Whether what cannot be fetched again is damaged: the plan, who led to whom, who is logged in, the run itself."""
DAMAGED = f"""
SELECT id FROM page WHERE ended IS NOT {ENDED} OR (state = 1 AND id NOT IN (SELECT id FROM content))
UNION SELECT id FROM content WHERE seal IS NOT {CONTENT}
"""
FORGET = (
    "UPDATE page SET state = CASE state WHEN 4 THEN 4 ELSE 0 END, alias = CASE state WHEN 4 THEN alias END,"
    " reason = NULL, detail = NULL, final_url = NULL, fetched_at = NULL, attempts = NULL, marks = NULL WHERE id = ?",
    "DELETE FROM content WHERE id = ?",
    "DELETE FROM edge WHERE parent = ?",
)
"""Make a page pending, as if it had never been fetched."""
WHOLE_PAGE = f"{{0}}asked = {_seal(_ASKED, '{0}')[:-1]}, {{0}}state = 4) AND {{0}}ended = {_seal(_ENDED, '{0}')}"
"""Whether a page is as it was written; its table has the name that is filled in, with a point."""
READ_LINES = f"""
SELECT c.seal = {_seal(_CONTENT, "c.")}, p.url, c.lines, c.counts FROM {{0}}.content c JOIN {{0}}.page p USING (id)
WHERE p.kind = ? AND {WHOLE_PAGE.format("p.")} ORDER BY p.id
"""
READ_COUNTS = f"""
SELECT c.seal = {_seal(_CONTENT, "c.")}, p.params, c.counts FROM page p JOIN content c USING (id)
WHERE p.kind = ? AND p.state = 1 ORDER BY p.id
"""
FORGET_SNAPSHOTS = f"DELETE FROM snapshot WHERE seal IS NOT {SNAPSHOT}"
