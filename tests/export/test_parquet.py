"""Records as Parquet: the config's types, values that do not fit, row groups."""

import datetime
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from scraper.errors import OutputError
from scraper.export.columns import Column, Layout
from scraper.export.formats import PARQUET
from scraper.export.part_file import open_part
from scraper.job.version import __version__
from tests.support.films import FILMS, SHOP, SHOPS

NOON = datetime.datetime(2026, 1, 2, 12, 30, tzinfo=datetime.UTC)


def written(path, columns, records):
    with open_part(path, PARQUET, Layout(columns)) as part:
        part.write("x", [orjson.dumps(record) + b"\n" for record in records])
        part.finish()
    return pq.read_table(path)


@pytest.mark.parametrize(
    ("column", "arrow", "value", "read"),
    [
        (Column("x", "int"), "int64", -(2**63), -(2**63)),
        (Column("x", "float"), "double", 3, 3.0),
        (Column("x", "bool"), "bool", False, False),
        (Column("x", "str"), "string", "茶", "茶"),
        (Column("x", "url"), "string", "http://a/", "http://a/"),
        (Column("x", "date"), "date32[day]", "2026-01-02", datetime.date(2026, 1, 2)),
        (Column("x", "datetime"), "timestamp[us]", "2026-01-02T12:30:00", NOON.replace(tzinfo=None)),
        (Column("x", "datetime", has_zone=True), "timestamp[us, tz=UTC]", "2026-01-02T20:30:00+08:00", NOON),
        (Column("x", "datetime", has_zone=True), "timestamp[us, tz=UTC]", "2026-01-02T12:30:00Z", NOON),
        (Column("x", "json"), "string", {"k": ["茶"]}, '{"k":["茶"]}'),
        (Column("x", "json"), "string", "text", '"text"'),
        (Column("x", None), "string", "text", "text"),
        (Column("x", None), "string", 7, "7"),
        (Column("x", None), "string", ["a", 1], '["a",1]'),
        (Column("x", "int", is_list=True), "list<element: int64>", [1, 2], [1, 2]),
        (
            Column("x", "json", is_list=True, fields=(Column("a", "date"), Column("b", "str", is_list=True))),
            "list<element: struct<a: date32[day], b: list<element: string>>>",
            [{"a": "2026-01-02", "b": ["茶"]}, {"b": []}],
            [{"a": datetime.date(2026, 1, 2), "b": ["茶"]}, {"a": None, "b": []}],
        ),
        (Column("x", "str", is_list=True), "list<element: string>", [], []),
    ],
    ids=str,
)
def test_a_column_has_the_type_of_its_field(tmp_path, column, arrow, value, read):
    table = written(tmp_path / "x.parquet", (column,), [{"x": value}, {"x": None}, {}])
    assert str(table.schema.field("x").type) == arrow
    assert table.column("x").to_pylist() == [read, None, None]


@pytest.mark.parametrize(
    ("column", "value", "cause"),
    [
        (Column("x", "int"), 2**63, "ends at 9223372036854775807; say type: str"),
        (Column("x", "int"), [1], "is no whole number"),
        (Column("x", "float"), True, "is no number"),
        (Column("x", "bool"), 1, "neither true nor false"),
        (Column("x", "date"), "0000-00-00", "no date column"),
        (Column("x", "date"), 5, "no date column"),
        (Column("x", "datetime"), "2026-01-02T20:30:00+08:00", "say the field's timezone"),
        (Column("x", "datetime", has_zone=True), "2026-01-02T20:30:00", "says no offset"),
        (Column("x", "int", is_list=True), [1, "x"], "no int list column"),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_told_with_its_column(tmp_path, column, value, cause):
    with pytest.raises(OutputError, match=r"x\.parquet: 'x' is .*; mend the field, or write to \.jsonl") as error:
        written(tmp_path / "x.parquet", (column,), [{"x": None}, {"x": value}])
    assert cause in str(error.value)


def twice(run, provenance):
    """Return the bytes of the files of two runs on the same pages, and their metadata."""
    found = []
    for _ in range(2):
        text = SHOP.replace("mode: {mode}", f"provenance: {provenance}")
        assert run(FILMS + SHOPS, path="output/x.parquet", text=text)[0] == 0
        metadata = pq.read_schema("output/x.parquet").metadata
        found.append((Path("output/x.parquet").read_bytes(), metadata))
    return zip(*found, strict=True)


def test_the_same_pages_give_the_same_bytes_and_metadata_of_config_and_version(run):
    files, metadata = twice(run, "[_url, _page]")
    assert files[0] == files[1]
    assert metadata[0].keys() == {b"scraper.config", b"scraper.version"}
    assert metadata[0][b"scraper.version"].decode() == __version__


def test_where_records_say_when_they_were_fetched_the_metadata_names_the_run(run):
    _, metadata = twice(run, "true")
    assert [name for name in metadata[0] if metadata[0][name] != metadata[1].get(name)] == [b"scraper.run"]


def test_no_records_make_a_table_with_its_columns(tmp_path):
    table = written(tmp_path / "x.parquet", (Column("a", "int"), Column("b", None)), [])
    assert (table.num_rows, table.column_names) == (0, ["a", "b"])


def groups(path):
    metadata = pq.ParquetFile(path).metadata
    return [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]


def test_a_row_group_ends_at_so_many_records_or_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr("scraper.export.parquet.GROUP_ROWS", 3)
    path = tmp_path / "x.parquet"
    table = written(path, (Column("a", "int"),), [{"a": n} for n in range(8)])
    assert groups(path) == [3, 3, 2]
    assert table.column("a").to_pylist() == list(range(8))
    monkeypatch.setattr("scraper.export.parquet.GROUP_BYTES", 12)
    written(path, (Column("a", "int"),), [{"a": 10_000_000}, {"a": 1}, {"a": 2}])
    assert groups(path) == [1, 2]
