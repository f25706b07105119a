"""The schema of the history, and its longer statements."""

VERSION = 1
SCHEMA = """
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
CREATE TABLE sample (rule TEXT NOT NULL, position INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (rule, position));
"""
OF_A_RUN = ("run", "field", "failure", "alarm")
TABLES = (*OF_A_RUN, "sample")
ADD_RUN = "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
LAST_RUNS = "SELECT * FROM (SELECT * FROM run ORDER BY run DESC LIMIT ?) ORDER BY run"
FIELDS = "SELECT rule, name, records, filled, malformed FROM field WHERE run = ? ORDER BY rowid"
ALARMS = "SELECT name, message, subject, excerpt, is_miss FROM alarm WHERE run = ? ORDER BY rowid"
FAILURES = "SELECT reason, pages FROM failure WHERE run = ? ORDER BY pages DESC, reason"
