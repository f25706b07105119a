"""Look a journal through, whatever has happened to its file since, and make pending again what is damaged."""

from __future__ import annotations

from scraper.journal import schema
from scraper.journal.database import Database


def mend(db: Database) -> int:
    """Make the pages pending whose rows are not as they were written, and return how many they are.

    Raises DamagedJournal where that does not help: tables or indexes do not hold together, or rows are damaged that
    nothing can be asked for again by.
    """
    db.check()
    tables = {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    if tables != set(schema.SCHEMA):
        raise db.damaged("its tables are not as they were made")
    if db.execute(schema.BROKEN).fetchone()[0]:
        raise db.damaged("rows of what was planned are not as they were written")
    damaged = db.execute(schema.DAMAGED).fetchall()
    with db.transaction():
        for statement in schema.FORGET:
            db.executemany(statement, damaged)
        db.execute(schema.FORGET_SNAPSHOTS)
    return len(damaged)
