"""What is printed for the readers of a file reads every value as it was written: any type, nested, null until late."""

import contextlib
import datetime
import json
import sqlite3
import subprocess
from pathlib import Path

import orjson
import pytest

from scraper.cli import main as cli
from scraper.config.load import load_config
from scraper.errors import ConfigError
from scraper.export import schemas
from scraper.export.columns import layout_of
from scraper.export.formats import format_of
from scraper.export.part_file import open_part
from tests.support.films import FILMS, ONE

CONFIG = """
start_urls: ["http://a.example/"]
records:
  name: things
  each: li
  key: [id]
  fields:
    id: {{css: b, type: int}}
    zip: {{css: b}}
    link: {{css: a, type: url}}
    score: {{css: b, type: float}}
    ok: {{css: b, type: bool}}
    day: {{css: b, type: date}}
    at: {{css: b, type: datetime, timezone: Asia/Shanghai}}
    naive: {{css: b, type: datetime, format: "%d.%m.%Y %H:%M"}}
    any: {{regex: "x(.*)", steps: [{{map: {{a: 1}}}}]}}
    data: {{css: b, type: json}}
    tags: {{css: i, many: true}}
    counts: {{css: i, many: true, type: int}}
    it's odd: {{css: b}}
    cover: {{css: img, attr: src, type: file}}
    papers: {{css: a, attr: href, type: file, many: true}}
    parts: {{each: u, fields: {{name: s, size: {{css: b, type: float}}, days: {{css: i, many: true, type: date}}}}}}
output: {{path: "output/{{name}}.{suffix}", provenance: true}}
"""
LATE = 21_000
"""DuckDB looks at 20,480 records, Polars at 100, pandas at all."""
EMPTY = {"id": 0, "zip": "00501", "link": None, "score": None, "ok": None, "day": None, "at": None, "naive": None}
EMPTY |= {
    "any": None,
    "data": None,
    "tags": [],
    "counts": [],
    "it's odd": None,
    "cover": None,
    "papers": [],
    "parts": [],
}
FILE = {
    "url": "http://a.example/1.png",
    "path": "output/files/ab.png",
    "size": 2**40,
    "type": None,
    "checksum": "00501",
}
EMPTY |= {"_url": "http://a.example/", "_page": "board", "_fetched_at": "2026-01-02T12:00:00.123Z"}
FULL = EMPTY | {
    "zip": "12-11-13", "link": "http://a.example/?a=1&b='2'", "score": 2.7, "ok": True, "day": "2026-01-02",
    "at": "2026-01-02T20:00:00+08:00", "naive": "2026-01-02T20:00:00", "any": "1e3", "data": {"k": [1, None, "x"]},
    "tags": ["a, \"b\"", "00501", ""], "counts": [1, -2], "it's odd": "line\nline, \"quoted\"; 茶",
    "cover": FILE, "papers": [FILE, None],
    "parts": [{"name": "007", "size": 1.0, "days": ["2026-01-02"]}, {"name": None, "size": None, "days": []}],
}  # fmt: skip
LAST = [
    FULL | {"id": LATE + 1},
    FULL | {"id": 2**53 + 1, "score": 1.0, "ok": False, "any": 7, "data": "text", "at": "2026-07-02T20:00:00+08:00"},
    FULL | {"id": 2**63 - 1, "score": 1e300, "any": ["a", 1], "data": 2.5, "zip": "NA", "tags": ["null"]},
    FULL | {"id": -(2**63), "score": -0.1, "any": True, "data": [{"a": 1}], "zip": "null", "parts": []},
]
RECORDS = [EMPTY | {"id": n} for n in range(LATE)] + LAST
SUFFIXES = ["jsonl", "jsonl.gz", "csv", "parquet", "sqlite"]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with the records in each format."""
    folder = tmp_path_factory.mktemp("written")
    (folder / "output").mkdir()
    for suffix in SUFFIXES:
        job = made(folder, suffix)
        path = folder / f"output/things.{suffix}"
        with open_part(path, format_of(path.name), layout_of(job, job.published_rules())) as part:
            part.write("things", [orjson.dumps(record) + b"\n" for record in RECORDS])
            part.finish()
    return folder


def made(folder, suffix, text=CONFIG):
    path = folder / "things.yaml"
    path.write_text(text.format(suffix=suffix), encoding="utf-8")
    return load_config(path)


def is_same(got, want):
    """Return whether a reader's value is the one that was written, as its own types have it."""
    if type(got).__module__ == "numpy":
        got = got.tolist()
    if isinstance(want, list | dict) or (isinstance(got, str) and not isinstance(want, str)):
        got = json.loads(got) if isinstance(got, str) else got
    if want is None:
        return got is None or str(got) in ("<NA>", "NaT") or got != got
    if isinstance(want, list):
        return len(got) == len(want) and all(map(is_same, got, want))
    if isinstance(want, dict):
        return got.keys() == want.keys() and all(is_same(got[name], want[name]) for name in want)
    if isinstance(got, datetime.datetime):
        moment = datetime.datetime.fromisoformat(want)
        return (got.tzinfo is None) == (moment.tzinfo is None) and got == moment
    if isinstance(got, datetime.date):
        return got.isoformat() == want
    return got == want or (isinstance(got, str) and got.startswith('"') and json.loads(got) == want)


def check(rows):
    """Assert that the rows are the records, each value as it was written."""
    assert len(rows) == len(RECORDS)
    for row, record in zip([*rows[:3], *rows[-5:]], [*RECORDS[:3], *RECORDS[-5:]], strict=True):
        assert list(row) == list(record)
        assert [(name, row[name], record[name]) for name in record if not is_same(row[name], record[name])] == []
    assert [row["id"] for row in rows] == [record["id"] for record in RECORDS]
    assert {row["zip"] for row in rows[:-4]} == {"00501"}


def by_duckdb(code):
    import duckdb  # it and pandas take a second that no other test needs

    with contextlib.closing(duckdb.connect()) as db:
        found = db.sql(code)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def by_polars(code):
    names = {}
    exec(code, names)
    if "db" in names:
        names["db"].close()
    return names["frame"].to_dicts()


def by_pandas(code):
    names = {}
    exec(code, names)
    if "db" in names:
        names["db"].close()
    return names["frame"].to_dict("records")


BY = {"duckdb": by_duckdb, "polars": by_polars, "pandas": by_pandas}


@pytest.mark.slow
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("reader", BY)
def test_what_is_printed_for_a_reader_reads_every_value_as_it_was_written(written, monkeypatch, reader, suffix):
    monkeypatch.chdir(written)
    code = "\n".join(schemas.lines(made(written, suffix), reader))
    if (reader, suffix) == ("duckdb", "sqlite"):
        assert by_duckdb(f"{code} SELECT * FROM things") == []  # it reads SQLite by an extension, which it downloads
    else:
        check(BY[reader](code))


def test_sqlite_holds_every_value_in_the_table_that_is_printed(written):
    with contextlib.closing(sqlite3.connect(written / "output/things.sqlite")) as db:
        db.row_factory = sqlite3.Row
        check([dict(row) for row in db.execute("SELECT * FROM things")])
        (made_by,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'things'").fetchone()
    assert f"{made_by};" == "\n".join(schemas.lines(made(written, "sqlite"), "sqlite"))


@pytest.mark.live
def test_jq_reads_every_value(written):
    text = subprocess.check_output(["jq", "-c", ".", str(written / "output/things.jsonl")], text=True)
    rows = [json.loads(line) for line in text.splitlines()]
    exact = [n for n, record in enumerate(RECORDS) if abs(record["id"]) <= 2**53]
    assert [rows[n] for n in exact] == [RECORDS[n] for n in exact]  # before jq 1.7 a larger one is a float


@pytest.mark.slow
def test_files_of_many_days_are_read_as_one(written, monkeypatch):
    monkeypatch.chdir(written)
    for n, record in enumerate([EMPTY, EMPTY, FULL]):
        Path(f"output/2026-01-0{n + 1}.jsonl").write_bytes(orjson.dumps(record | {"id": n}) + b"\n")
    job = made(written, "jsonl", CONFIG.replace("{{name}}", "{{date}}"))
    rows = by_duckdb("\n".join(schemas.lines(job, "duckdb")).replace("'output/*", "'output/2026-*"))
    assert sorted((row["id"], row["score"], row["tags"]) for row in rows)[2] == (2, 2.7, FULL["tags"])


def test_the_json_schema_says_of_each_field_its_type_and_where_it_comes_from(written):
    schema = schemas.json_schema(made(written, "jsonl"))
    properties = schema["properties"]
    assert list(properties) == schema["required"] == list(EMPTY)
    assert properties["id"] == {"type": ["integer", "null"], "description": "css 'b'"}
    assert properties["at"]["format"] == "date-time"
    assert properties["naive"]["$comment"] == "without an offset"
    assert properties["tags"] == {"type": "array", "items": {"type": "string"}, "description": "css 'i'"}
    assert properties["any"] == {"description": "regex 'x(.*)'"}
    assert properties["parts"]["items"]["properties"]["days"]["items"] == {"type": "string", "format": "date"}


def test_of_several_rules_each_record_has_one_of_their_schemas(config):
    text = CONFIG.format(suffix="jsonl").replace("  name: things", "- name: others\n  fields: {a: h1}\n- name: things")
    job = load_config(config(text))
    assert [each["title"] for each in schemas.json_schema(job)["anyOf"]] == ["others", "things"]


def test_a_schema_lies_beside_the_output_if_it_is_asked_for(run):
    text = ONE.replace("mode: {mode}", "schema: true")
    assert run(FILMS, text=text)[0] == 0
    schema = json.loads(Path("output/board.schema.json").read_bytes())
    assert (schema["title"], list(schema["properties"])) == ("board", ["title", "score"])


def test_the_verb_prints_it(config, folder, capfd):
    path = config(ONE.format(path="output/x.csv", mode="replace", key=""))
    assert cli.exit_code(["schema", "--for", "duckdb", str(path)]) == 0
    assert capfd.readouterr().out.startswith("SELECT * FROM read_csv('output/x.csv', header = true")
    assert cli.exit_code(["schema", str(path)]) == 0
    assert json.loads(capfd.readouterr().out)["title"] == "board"
    assert cli.exit_code(["schema", "--for", "json"]) == 2


@pytest.mark.parametrize(
    ("form", "is_refused"),
    [("", True), (", timezone: UTC", False), (', format: "%d.%m.%Y"', False), (', format: ["%d.%m.%Y", unix]', True)],
)
def test_check_knows_which_date_times_cannot_be_told_apart_in_parquet(config, form, is_refused):
    text = ONE.format(path="output/x.parquet", mode="replace", key="").replace("float", f"datetime{form}")
    if not is_refused:
        load_config(config(text))
        return
    with pytest.raises(ConfigError, match=r"'score' may say an offset or none, and a \.parquet column holds one sort"):
        load_config(config(text))
