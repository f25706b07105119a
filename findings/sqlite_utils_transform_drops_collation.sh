#!/usr/bin/env bash
# sqlite-utils 4.2.1 transform(): a generated column is gone, and COLLATE NOCASE too, so a unique index lets "LAMP" in beside "Lamp".
#
# Surprise:  renaming or retyping ONE column, or adding a foreign key, rebuilds the table without its generated columns and
#            without collations, silently. CHECK, UNIQUE, DEFAULT, STRICT and the indexes are kept, so it looks careful.
# Expected:  transform(types={"net": float}) changes the type of net. SQLite's way of doing it (lang_altertable, section 7)
#            starts from the old CREATE TABLE text, so that all else stays.
# Seen:      the column gross is not there any more; WHERE name = 'LAMP' found the row before and finds nothing after; an insert
#            that the unique index refused is taken.
# Package:   sqlite-utils 4.2.1.
# Why it matters: names are told apart by capitals from that day on, and one product is kept twice.
set -euo pipefail
PY="${PYTHON:-python3}"
T="$(mktemp -d)"
trap 'rm -rf "$T"' EXIT
"$PY" -m venv "$T/venv"
"$T/venv/bin/pip" install -qq --disable-pip-version-check 'sqlite-utils==4.2.1'
cd "$T"
"$T/venv/bin/python" -W ignore - <<'PYTHON_END'
import sqlite3
from importlib.metadata import version
import sqlite_utils
print("sqlite-utils", version("sqlite-utils"), "| SQLite", sqlite3.sqlite_version)
def table():
    db = sqlite_utils.Database(memory=True)
    db.execute("CREATE TABLE shop (id INTEGER PRIMARY KEY)")
    db.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE DEFAULT 'x', net INTEGER CHECK (net > 0), shop INTEGER, gross INTEGER GENERATED ALWAYS AS (net * 119 / 100))")
    db.execute("CREATE UNIQUE INDEX item_name ON item (name)")
    db["item"].insert({"id": 1, "name": "Lamp", "net": 100})
    return db
def found(db):
    return db.execute("SELECT * FROM item WHERE name = 'LAMP'").fetchall()
def twice(db):
    try:
        db["item"].insert({"id": 2, "name": "LAMP", "net": 1})
        return "taken"
    except sqlite3.IntegrityError as error:
        return str(error)
db = table()
print("before:", found(db), "| a second LAMP:", twice(db))
assert found(db) == [(1, "Lamp", 100, None, 119)] and "UNIQUE" in twice(db)
changes = {"types": lambda t: t.transform(types={"net": float}), "rename": lambda t: t.transform(rename={"shop": "shop_id"}), "foreign key": lambda t: t.add_foreign_key("shop", "shop", "id")}
for name, change in changes.items():
    db = table()
    change(db["item"])
    columns = [c.name for c in db["item"].columns]
    print(f"after {name}: columns {columns}, WHERE name = 'LAMP' {found(db)}, a second LAMP: {twice(db)}")
    assert "gross" not in columns and "NOCASE" not in db["item"].schema and found(db) == [(2, "LAMP", 1, None)]
    assert "CHECK" in db["item"].schema and "DEFAULT" in db["item"].schema and [i.name for i in db["item"].indexes] == ["item_name"]
print(db["item"].schema)
PYTHON_END
echo "SEEN AGAIN: sqlite_utils_transform_drops_collation"
