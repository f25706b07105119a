"""The schema of the journal, and its longer statements."""

VERSION = "6"
SCHEMA = (
    """CREATE TABLE page (
    id INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL UNIQUE, domain TEXT NOT NULL, url TEXT NOT NULL,
    kind TEXT NOT NULL, depth INTEGER NOT NULL, params BLOB, extra BLOB, state INTEGER NOT NULL DEFAULT 0,
    alias INTEGER, reason TEXT, detail TEXT, final_url TEXT, fetched_at REAL, attempts INTEGER, marks TEXT
)""",
    "CREATE INDEX page_by_domain ON page(domain)",
    "CREATE INDEX page_by_alias ON page(alias) WHERE alias IS NOT NULL",
    """CREATE TABLE content (
    id INTEGER PRIMARY KEY, lines BLOB NOT NULL, counts BLOB NOT NULL, faults BLOB, page BLOB
)""",
    """CREATE TABLE edge (
    parent INTEGER NOT NULL, position INTEGER NOT NULL, child INTEGER, skipped TEXT,
    rule INTEGER, record INTEGER, is_merged INTEGER NOT NULL DEFAULT 0, kind TEXT, params BLOB,
    PRIMARY KEY (parent, position)
) WITHOUT ROWID""",
    "CREATE TABLE snapshot (topic TEXT PRIMARY KEY, page BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
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
FIND_START = "UPDATE page SET depth = 0 WHERE fingerprint = ? AND depth > 0"
"""A page that a link led to before it was planned is a start page all the same."""
UNSKIP_START = """
UPDATE page SET state = 2, detail = coalesce(detail, coalesce(final_url, url) || ' answered ' || substr(reason, 6))
WHERE state = 3 AND depth = 0 AND (reason LIKE 'http %' OR reason LIKE 'redirected %') AND """
"""Followed pages of some statuses are skipped; start pages fail."""
EDGES = """
SELECT e.position, t.id, e.rule, e.record, e.is_merged, coalesce(e.kind, p.kind) IS NOT t.kind
       OR CASE WHEN e.kind IS NULL THEN p.params ELSE e.params END IS NOT t.params
FROM edge e JOIN page p ON p.id = e.child JOIN page t ON t.id = coalesce(p.alias, p.id)
WHERE e.parent = ? AND e.position > ? ORDER BY e.position LIMIT ?
"""
FIND_PAGE = """
SELECT p.id, p.state, t.id, t.kind FROM page p JOIN page t ON t.id = coalesce(p.alias, p.id) WHERE p.fingerprint = ?
"""
ADD_ALIAS = """
INSERT OR IGNORE INTO page (fingerprint, domain, url, kind, depth, params, state, alias)
SELECT ?, domain, ?, kind, depth, params, 4, id FROM page WHERE id = ?
"""
PLAN_ALIAS = "UPDATE page SET state = 0, alias = NULL, kind = ?, depth = ?, params = ?, extra = ? WHERE id = ?"
GIVE_WAY = """
UPDATE page SET state = CASE WHEN depth = 0 THEN 2 ELSE 3 END, reason = ?, detail = ? WHERE id = ?
"""
READ_PAGE = "SELECT coalesce(final_url, url), kind, state, reason, detail, fetched_at, marks FROM page WHERE id = ?"
TAKE_PAGES = "SELECT id, url, kind, depth, params, extra FROM page WHERE "
