"""A file that is added to keeps one set of columns: a new field is refused before fetching, or the file is widened."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from tests.support.films import FILMS, ONE, SHOP, SHOPS, TITLES, Crash, film, lines

MORE = ONE.replace("title: b,", "title: b, place: i,")
MANY = ONE.replace("title: b,", "title: b, place: i, seen: time,")
FEWER = ONE.replace(", score: {{css: i, type: float}}", "")
SUFFIXES = pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "csv"])


def widening(text):
    return text.replace("mode: {mode}", "mode: {mode}, on_new_fields: widen")


def rows(path):
    if not str(path).endswith(".csv"):
        return [{name: value and str(value) for name, value in line.items()} for line in lines(path)]
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]


@SUFFIXES
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MORE, "expected records of title, place, score, got title, score: its fields have changed, 'place' is new"),
        (MANY, "fields have changed, 'place', 'seen' are new; move the file away"),
        (FEWER, "expected records of title, got title, score: its fields have changed, 'score' is no field any more"),
    ],
)
def test_other_fields_are_refused_before_anything_is_fetched(run, monkeypatch, suffix, text, told):
    path = Path(f"output/x.{suffix}")
    assert run(FILMS, text=ONE, path=path, mode="append")[0] == 0
    old = path.read_bytes()
    monkeypatch.setattr("scraper.runner.open_crawl", lambda *_: pytest.fail("it crawls"))
    code, _, said = run(FILMS, text=text, path=path, mode="append")
    assert (code, told in said, "say on_new_fields: widen" in said) == (1, True, True), said
    assert path.read_bytes() == old


@SUFFIXES
def test_a_file_is_widened_and_keeps_every_record_once(run, suffix):
    path = Path(f"output/x.{suffix}")
    for text in (ONE, MORE, MORE, FEWER):
        code, _, said = run(film("一", "1") + film("a;=b", "2"), text=widening(text), path=path, mode="append")
        assert code == 0, said
    found = rows(path)
    assert [list(row) for row in found] == [["title", "score", "place"]] * 8 or suffix != "csv"
    assert {frozenset(row) for row in found} == {frozenset({"title", "score", "place"})}
    assert [row["place"] for row in found] == [None] * 2 + ["1", "2"] * 2 + [None] * 2
    assert [row["score"] for row in found] == ["1.0", "2.0"] * 3 + [None] * 2
    assert [row["title"] for row in found] == ["一", "a;'=b" if suffix == "csv" else "a;=b"] * 4


@SUFFIXES
def test_a_run_that_is_cut_off_before_or_after_its_rename_widens_once(run, crashes, monkeypatch, suffix):
    settings = {"text": widening(MORE), "path": Path(f"output/x.{suffix}"), "mode": "append", "key": TITLES}
    assert run(FILMS, **settings | {"text": ONE})[0] == 0
    crashes(0)
    with pytest.raises(Crash):
        run(FILMS + film("new"), "--resume", **settings)
    crashes(None)
    with monkeypatch.context() as patch:
        patch.setattr("scraper.runner.Run.report", cut_off)
        with pytest.raises(Crash):
            run(FILMS + film("new"), "--resume", **settings)
    assert len(rows(settings["path"])) == 3
    assert run(FILMS + film("new"), "--resume", **settings)[0] == 0
    assert [(row["title"].lstrip("'"), row["place"]) for row in rows(settings["path"])] == [
        ("=1+1", None), ("茶", None), ("new", "9.5"),
    ]  # fmt: skip


def cut_off(*_, **__):
    raise Crash


def test_the_order_of_the_fields_may_change(run):
    swapped = ONE.replace("title: b, score: {{css: i, type: float}}", "score: {{css: i, type: float}}, title: b")
    for text in (ONE, swapped):
        assert run(film("a", "1"), text=text, path="output/x.csv", mode="append")[0] == 0
    assert Path("output/x.csv").read_bytes() == b"title,score\r\na,1.0\r\na,1.0\r\n"


def test_of_several_rules_in_one_file_each_record_has_the_fields_of_one(run):
    assert run(FILMS + SHOPS, mode="append")[0] == 0
    assert run(FILMS + SHOPS, mode="append")[0] == 0
    code, _, said = run(FILMS + SHOPS, text=SHOP.replace("title: b, tags", "title: b, place: i, tags"), mode="append")
    assert (code, "expected records of title, place, tags, got title, tags" in said) == (1, True), said
    code, _, said = run(FILMS + SHOPS, text=widening(SHOP), mode="append")
    assert (code, "new columns are added to the records of one rule" in said) == (78, True)


def test_lines_that_somebody_mixed_are_made_one_set(run):
    path = Path("output/x.jsonl")
    path.parent.mkdir()
    path.write_bytes(b'{"title":"a"}\n\n{"title":"b","score":12345678901234567890}\nno JSON\n{"title":"c","sco')
    code, _, said = run(film("d", "4"), text=widening(ONE), path=path, mode="append")
    assert (code, "its last line was torn; 17 bytes were cut" in said) == (0, True), said
    made = [b'{"title":"a","score":null}', b"", b'{"title":"b","score":12345678901234567890}', b"no JSON"]
    assert path.read_bytes().split(b"\n") == [*made, b'{"title":"d","score":4.0}', b""]


def test_a_wider_gzip_file_is_one_that_others_read(run):
    path = Path("output/x.jsonl.gz")
    for text in (ONE, ONE, widening(MORE)):
        assert run(film("a", "1"), text=text, path=path, mode="append")[0] == 0
    with gzip.open(path) as file:
        assert [json.loads(line)["place"] for line in file] == [None, None, "1"]
