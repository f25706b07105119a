"""Records as tables of an SQLite database: types, keys, other people's tables, readers and writers at any instant."""

import contextlib
import sqlite3
from pathlib import Path

import orjson
import pytest

from scraper.config.load import load_config
from scraper.errors import ConfigError, OutputError
from scraper.export.columns import Column, Layout, Table
from scraper.export.formats import SQLITE
from scraper.export.part_file import open_part
from tests.support.films import FILMS, ONE, SHOP, SHOPS, TITLES, Crash, film, lines, shop

PATH = "output/x.sqlite"
KEYED = {"path": PATH, "key": TITLES}


def ask(query, path=PATH):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def change(*queries, path=PATH):
    with contextlib.closing(sqlite3.connect(path)) as db:
        for query in queries:
            db.execute(query)
        db.commit()


def titles(table="films"):
    return [title for (title,) in ask(f"SELECT title FROM {table} ORDER BY rowid")]


# --------------------------------------------------------------------------- types


def written(path, columns, records, key=()):
    layout = Layout(columns, (Table("x", columns, key),))
    with open_part(path, SQLITE, layout) as part:
        part.write("x", [orjson.dumps(record) + b"\n" for record in records])
        part.finish()
    return ask("SELECT * FROM x", path)


@pytest.mark.parametrize(
    ("column", "declared", "value", "read"),
    [
        (Column("x", "int"), "INT", -(2**63), -(2**63)),
        (Column("x", "float"), "REAL", 3, 3.0),
        (Column("x", "bool"), "INT", False, 0),
        (Column("x", "str"), "TEXT", "00501", "00501"),
        (Column("x", "str"), "TEXT", "a\0茶", "a\0茶"),
        (Column("x", "date"), "TEXT", "2026-01-02", "2026-01-02"),
        (Column("x", "datetime"), "TEXT", "2026-01-02T20:30:00+08:00", "2026-01-02T20:30:00+08:00"),
        (Column("x", "json"), "TEXT", {"k": ["茶"]}, '{"k":["茶"]}'),
        (Column("x", "json"), "TEXT", "text", '"text"'),
        (Column("x", None), "TEXT", "7", "7"),
        (Column("x", None), "TEXT", 7, "7"),
        (Column("x", "int", is_list=True), "TEXT", [1, 2], "[1,2]"),
        (Column("x", "json", is_list=True, fields=(Column("a", "int"),)), "TEXT", [{"a": 1}], '[{"a":1}]'),
    ],
    ids=str,
)
def test_a_column_has_the_type_of_its_field_and_the_table_is_strict(tmp_path, column, declared, value, read):
    path = tmp_path / "x.sqlite"
    assert written(path, (column,), [{"x": value}, {"x": None}, {}]) == [(read,), (None,), (None,)]
    assert ask("SELECT type, pk FROM pragma_table_info('x')", path) == [(declared, 0)]
    assert ask("SELECT strict FROM pragma_table_list('x')", path) == [(1,)]


@pytest.mark.parametrize(
    ("column", "value", "cause"),
    [
        (Column("x", "int"), 2**63, "end at 9223372036854775807; say type: str"),
        (Column("x", "int"), 1.5, "is no int"),
        (Column("x", "float"), True, "is no float"),
        (Column("x", "bool"), 1, "is no bool"),
        (Column("x", "date"), 5, "is no date"),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_told_with_its_column(tmp_path, column, value, cause):
    with pytest.raises(OutputError, match=r"x\.sqlite: 'x' is .*; mend the field, or write to \.jsonl") as error:
        written(tmp_path / "x.sqlite", (column,), [{"x": None}, {"x": value}])
    assert cause in str(error.value)


def test_the_key_is_the_primary_key_and_the_rows_stay_in_order(tmp_path):
    path, columns = tmp_path / "x.sqlite", (Column("b", "int"), Column('a "b"', "str"))
    rows = [{"b": 2, 'a "b"': "x"}, {"b": 1, 'a "b"': "x"}]
    assert written(path, columns, rows, key=("b",)) == [(2, "x"), (1, "x")]
    assert ask("SELECT name FROM pragma_table_info('x') WHERE pk", path) == [("b",)]
    with pytest.raises(OutputError, match="UNIQUE constraint failed"):
        written(path, columns, [rows[0], rows[0]], key=("b",))


# --------------------------------------------------------------------------- runs


@pytest.mark.parametrize("suffix", ["sqlite", "db"])
def test_each_rule_has_a_table_and_a_second_run_replaces_its_rows(run, suffix):
    path = f"output/x.{suffix}"
    for body in (FILMS + SHOPS, film("new") + SHOPS):
        assert run(body, path=path)[0] == 0
    assert ask("SELECT * FROM films", path) == [("new", 9.5, "2026-01-02T20:00:00+08:00")]
    assert ask("SELECT title, tags FROM shops", path) == [("a", '["x, y","z"]')]
    assert ask("PRAGMA journal_mode", path) == [("delete",)]
    assert sorted(found.name for found in Path("output").iterdir()) == [".scraper", f"x.{suffix}"]


@pytest.mark.parametrize("mode", ["replace", "append"])
def test_what_others_have_in_the_database_stays(run, mode):
    assert run(FILMS + SHOPS, **KEYED, mode=mode)[0] == 0
    change(
        "CREATE TABLE mine (a)", "INSERT INTO mine VALUES (1)", "CREATE INDEX by_score ON films (score)",
        "CREATE VIEW best AS SELECT title FROM films WHERE score > 9", "PRAGMA journal_mode = WAL",
    )  # fmt: skip
    assert run(film("new") + SHOPS, **KEYED, mode=mode)[0] == 0
    assert (ask("SELECT a FROM mine"), ask("SELECT title FROM best")) == ([(1,)], [("new",)])
    assert ask("SELECT count(*) FROM sqlite_master WHERE name = 'by_score'") == [(1,)]


def test_append_adds_what_is_new_by_key_and_all_without_one(run):
    for body in (FILMS + SHOPS, film("new") + FILMS + SHOPS):
        assert run(body, **KEYED, mode="append")[0] == 0
        assert run(body, path="output/y.sqlite", mode="append", name="other")[0] == 0
    assert titles() == ["=1+1", "茶", "new"]
    assert ask("SELECT count(*) FROM films", "output/y.sqlite") == [(5,)]


@pytest.mark.parametrize("mode", ["replace", "append"])
def test_a_crash_at_a_rename_and_a_resume_write_every_row_once(run, crashes, mode):
    path = "output/{records}.sqlite"
    films = f"output/{'films'}.sqlite"
    assert run(FILMS + SHOPS, path=path, mode=mode)[0] == 0
    for number in (1, 0, 1):
        crashes(number)
        with pytest.raises(Crash):
            run(film("new") + SHOPS, "--resume", path=path, mode=mode)
    crashes(None)
    assert run(film("new") + SHOPS, "--resume", path=path, mode=mode)[0] == 0
    old = [("=1+1",), ("茶",)] if mode == "append" else []
    assert ask("SELECT title FROM films ORDER BY rowid", films) == [*old, ("new",)]
    assert ask("SELECT count(*) FROM shops", "output/shops.sqlite") == [(2 if mode == "append" else 1,)]


# --------------------------------------------------------------------------- others at work


def test_who_has_it_open_sees_the_old_run_and_who_opens_it_anew_the_new_one(run):
    assert run(FILMS + SHOPS, **KEYED)[0] == 0
    with contextlib.closing(sqlite3.connect(PATH, timeout=0, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM films").fetchone() == (2,)
        assert run(film("new") + SHOPS, **KEYED)[0] == 0
        assert reader.execute("SELECT title FROM films").fetchall() == [("=1+1",), ("茶",)]
        assert titles() == ["new"]


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_writer_at_work_stops_a_run_before_it_fetches(run, monkeypatch, journal):
    assert run(FILMS + SHOPS, **KEYED)[0] == 0
    monkeypatch.setattr("scraper.runner.open_crawl", lambda *_: pytest.fail("it crawls"))
    with contextlib.closing(sqlite3.connect(PATH, isolation_level=None)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
        db.execute("BEGIN IMMEDIATE")
        db.execute("CREATE TABLE mine (a)")
        if journal == "WAL":
            db.execute("COMMIT")
        code, _, told = run(FILMS + SHOPS, **KEYED)
    assert (code, "x.sqlite: another program is writing to it" in told) == (1, True), told


def test_what_somebody_wrote_while_the_run_made_its_copy_is_not_lost(run, monkeypatch):
    from scraper import runner

    assert run(FILMS + SHOPS, **KEYED)[0] == 0

    def write_and_judge(*arguments):
        change("CREATE TABLE mine (a)")
        monkeypatch.setattr("scraper.runner.judge", runner_judge)
        return runner_judge(*arguments)

    runner_judge = runner.judge
    monkeypatch.setattr("scraper.runner.judge", write_and_judge)
    code, _, told = run(film("new") + SHOPS, **KEYED)
    assert (code, "another program has written to it meanwhile; try again with --resume" in told) == (1, True)
    assert (titles(), ask("SELECT * FROM mine")) == (["=1+1", "茶"], [])
    assert run(film("new") + SHOPS, "--resume", **KEYED)[0] == 0
    assert (titles(), ask("SELECT * FROM mine")) == (["new"], [])


def test_a_file_that_is_no_database_or_holds_a_view_of_that_name_is_told(run):
    Path("output").mkdir()
    Path(PATH).write_bytes(
        b"no database, but some text that is longer than a header of SQLite, a hundred bytes at least"
    )
    code, _, told = run(FILMS + SHOPS, path=PATH)
    assert (code, "x.sqlite: SQLite cannot take this: file is not a database" in told) == (1, True)
    Path(PATH).unlink()
    change("CREATE VIEW films AS SELECT 1 AS title")
    code, _, told = run(FILMS + SHOPS, path=PATH)
    assert (code, "'films' is a view there" in told) == (1, True)


# --------------------------------------------------------------------------- columns


def test_a_new_field_is_refused_or_the_table_gets_a_column(run, monkeypatch):
    one = {"path": PATH, "mode": "append", "key": TITLES}
    assert run(FILMS, **one, text=ONE)[0] == 0
    more = ONE.replace("title: b,", "title: b, place: i,")
    with monkeypatch.context() as patch:
        patch.setattr("scraper.runner.open_crawl", lambda *_: pytest.fail("it crawls"))
        code, _, told = run(film("new"), **one, text=more)
        assert (code, "its fields have changed, 'place' is new" in told) == (1, True)
        code, _, told = run(film("new"), **one, text=ONE.replace("type: float", "type: str"))
        assert (code, "'score' is REAL there and TEXT by the config" in told) == (1, True)
    widening = more.replace("mode: {mode}", "mode: {mode}, on_new_fields: widen")
    assert run(film("new"), **one, text=widening)[0] == 0
    assert ask("SELECT title, place FROM board") == [("=1+1", None), ("茶", None), ("new", "9.5")]


def test_the_table_of_another_config_is_made_anew_by_replace(run):
    assert run(FILMS, path=PATH, text=ONE)[0] == 0
    assert run(FILMS, path=PATH, text=ONE.replace("score:", "points:"))[0] == 0
    assert ask("SELECT name FROM pragma_table_info('board')") == [("title",), ("points",)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("shops", "FILMS", "takes the tables 'films' and 'FILMS' for one"),
        ("shops", "sqlite_x", "no table may be called 'sqlite_x'"),
        ("score:", "Title:", "takes the columns 'title' and 'Title' of 'films' for one"),
        ("type: float", f"type: int, default: {2**63}", f"'score' may be {2**63}, and the integers of a .sqlite file"),
    ],
)
def test_check_tells_what_sqlite_cannot_hold(config, old, new, told):
    text = SHOP.format(path=PATH, mode="replace", key="")
    load_config(config(text))
    with pytest.raises(ConfigError) as caught:
        load_config(config(text.replace(old, new)))
    assert told in str(caught.value)


def test_a_python_with_an_old_sqlite_is_told(config, monkeypatch):
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))
    with pytest.raises(ConfigError, match=r"\.sqlite needs SQLite 3\.37"):
        load_config(config(SHOP.format(path=PATH, mode="replace", key="")))


@pytest.mark.parametrize(("path", "mode"), [(PATH, "replace"), ("output/x.jsonl", "update")])
def test_a_record_without_a_key_is_left_out_and_counted(run, path, mode):
    text = ONE.replace("{key}", "key: [score]")
    code, _, told = run(film("a", "x") + film("b", "2"), path=path, text=text, mode=mode)
    found = ask("SELECT title FROM board") if path == PATH else [(line["title"],) for line in lines(path)]
    assert (code, found) == (0, [("b",)]), told
    assert (
        "1 records of board have a null in their key: they cannot be found again by it, so they were left out" in told
    )
    assert "primary key" not in told
    assert "board: 1 records" in told


def test_shops_are_strangers_to_films(run):
    """A table a rule: keys of one are none of the other's."""
    assert run(film("a") + shop("a"), **KEYED, mode="append")[0] == 0
    assert (titles(), titles("shops")) == (["a"], ["a"])
