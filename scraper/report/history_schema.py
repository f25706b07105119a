"""The schema of the history, how a file comes to it, and its longer statements."""

import sqlite3

VERSION = 4
MORE = """
CREATE TABLE config (run TEXT PRIMARY KEY, digest TEXT NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE kind (
    run TEXT NOT NULL, name TEXT NOT NULL, pages INTEGER NOT NULL, links INTEGER NOT NULL, PRIMARY KEY (run, name)
);
CREATE TABLE loss (
    run TEXT NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL, count INTEGER NOT NULL, of INTEGER NOT NULL,
    example TEXT NOT NULL, sort TEXT NOT NULL, PRIMARY KEY (run, name, subject, sort)
);
"""
"""What version 2 has beside what 1 had."""
SINCE_3 = """
CREATE TABLE change (run TEXT NOT NULL, change TEXT NOT NULL, records INTEGER NOT NULL, PRIMARY KEY (run, change));
"""
SINCE_4 = "CREATE TABLE shape (run TEXT PRIMARY KEY, shapes TEXT NOT NULL) WITHOUT ROWID;"
UPGRADES = {1: f"{MORE}{SINCE_3}{SINCE_4}", 2: f"{SINCE_3}{SINCE_4}", 3: SINCE_4}
"""What an older version lacks."""
SCHEMA = f"""
CREATE TABLE run (
    run TEXT PRIMARY KEY, started TEXT NOT NULL, seconds REAL NOT NULL, exit_code INTEGER NOT NULL,
    records INTEGER NOT NULL, planned INTEGER NOT NULL, fetched INTEGER NOT NULL, failed INTEGER NOT NULL,
    skipped INTEGER NOT NULL, unfinished INTEGER NOT NULL, output TEXT NOT NULL, is_published INTEGER NOT NULL,
    is_good INTEGER NOT NULL, is_accepted INTEGER NOT NULL DEFAULT 0, notes TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE TABLE field (
    run TEXT NOT NULL, rule TEXT NOT NULL, name TEXT NOT NULL, records INTEGER NOT NULL, filled INTEGER NOT NULL,
    malformed INTEGER NOT NULL, PRIMARY KEY (run, rule, name)
);
CREATE TABLE failure (run TEXT NOT NULL, reason TEXT NOT NULL, pages INTEGER NOT NULL, PRIMARY KEY (run, reason));
CREATE TABLE alarm (
    run TEXT NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL, message TEXT NOT NULL, excerpt TEXT NOT NULL,
    is_miss INTEGER NOT NULL, PRIMARY KEY (run, name, subject)
);
{UPGRADES[1]}
CREATE TABLE sample (rule TEXT NOT NULL, position INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (rule, position));
"""
OF_A_RUN = ("run", "field", "failure", "alarm", "config", "kind", "loss", "change", "shape")
TABLES = (*OF_A_RUN, "sample")
ADD_RUN = "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
LAST_RUNS = "SELECT * FROM (SELECT * FROM run ORDER BY run DESC LIMIT ?) ORDER BY run"
FIELDS = "SELECT rule, name, records, filled, malformed FROM field WHERE run = ? ORDER BY rowid"
ALARMS = "SELECT name, message, subject, excerpt, is_miss FROM alarm WHERE run = ? ORDER BY rowid"
LOSSES = "SELECT name, subject, count, of, example, sort FROM loss WHERE run = ? ORDER BY rowid"
CHANGES = "SELECT change, records FROM change WHERE run = ? ORDER BY rowid"
KINDS = "SELECT name, pages, links FROM kind WHERE run = ? ORDER BY rowid"
GOOD = """
SELECT r.run, r.is_accepted, coalesce(c.digest, ''), coalesce(c.content, ''), coalesce(s.shapes, '{}')
FROM run r LEFT JOIN config c ON c.run = r.run LEFT JOIN shape s ON s.run = r.run
WHERE r.is_good AND r.run <> ? ORDER BY r.run DESC LIMIT ?
"""
BROKEN = "SELECT run, is_accepted FROM run WHERE run <> ? AND exit_code IN (?, ?, ?) ORDER BY run DESC LIMIT ?"
FAILURES = "SELECT reason, pages FROM failure WHERE run = ? ORDER BY pages DESC, reason"


def make_ready(db: sqlite3.Connection) -> None:
    """Make the tables of a new file, bring an older one up to date; raises DatabaseError for what is none of ours."""
    version = version_of(db)
    if version in UPGRADES:
        db.executescript(f"BEGIN; {UPGRADES[version]} PRAGMA user_version = {VERSION}; COMMIT;")
        version = VERSION
    if version == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
        db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    elif version != VERSION or db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("damaged, or written by another version of the program")
    for table in TABLES:
        db.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - the names are ours


def version_of(db: sqlite3.Connection) -> int:
    """Return which version a file is of; 0: it is new, or none of ours."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version
