"""The files of a run, through the command line: formats, a file a rule, partitions, stdout, append by key, crashes."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from scraper.config import load as configs
from scraper.errors import ConfigError
from scraper.journal import workspace
from tests.conftest import ROOT
from tests.support.films import FILMS, ONE, SHOPS, TITLES, Crash, film, lines, report, shop, titles

# --------------------------------------------------------------------------- formats


def test_the_suffix_says_the_format(run):
    for suffix in ("jsonl", "jsonl.gz", "csv", "parquet"):
        assert run(FILMS + SHOPS, path=f"output/x.{suffix}")[0] == 0
    records = [
        {"title": "=1+1", "score": -3.0, "seen": "2026-01-02T20:00:00+08:00"},
        {"title": "茶", "score": None, "seen": "2026-01-02T20:00:00+08:00"},
        {"title": "a", "tags": ["x, y", "z"]},
    ]
    assert lines("output/x.jsonl") == lines("output/x.jsonl.gz") == records
    with Path("output/x.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["title", "score", "seen", "tags"],
            ["'=1+1", "-3.0", "2026-01-02T20:00:00+08:00", ""],
            ["茶", "", "2026-01-02T20:00:00+08:00", ""],
            ["a", "", "", '["x, y","z"]'],
        ]
    table = pq.read_table("output/x.parquet")
    assert dict(zip(table.column_names, map(str, table.schema.types), strict=True)) == {
        "title": "string",
        "score": "double",
        "seen": "timestamp[us, tz=UTC]",
        "tags": "list<element: string>",
    }
    assert [row["tags"] for row in table.to_pylist()] == [None, None, ["x, y", "z"]]
    assert [row["title"] for row in table.to_pylist()] == ["=1+1", "茶", "a"]


@pytest.mark.parametrize("suffix", ["jsonl.gz", "csv"])
def test_two_runs_give_the_same_bytes(run, suffix):
    target = Path(f"output/x.{suffix}")
    seen = set()
    for _ in range(2):
        assert run(FILMS + SHOPS, path=target)[0] == 0
        seen.add(target.read_bytes())
    assert len(seen) == 1


def test_what_is_rejected_has_the_format_of_the_output(run):
    assert run(FILMS, path="output/x.csv")[0] == 0
    old = Path("output/x.csv").read_bytes()
    code, _, told = run(film("lonely"), path="output/x.csv")
    assert (code, "output/.scraper/board/rejected.csv" in told) == (4, True)
    assert Path("output/x.csv").read_bytes() == old
    assert Path("output/.scraper/board/rejected.csv").read_bytes().count(b"\r\n") == 2
    assert run(FILMS, path="output/x.csv")[0] == 0
    assert not list(Path("output/.scraper/board").glob("rejected*"))


def test_provenance_has_columns_too(run):
    text = ONE.replace("mode: {mode}", "provenance: true")
    for suffix in ("csv", "parquet"):
        assert run(FILMS, text=text, path=f"output/x.{suffix}")[0] == 0
    row = pq.read_table("output/x.parquet").to_pylist()[0]
    assert (row["_url"], row["_page"], row["_fetched_at"].year) == ("http://shop.example/", "board", 1970)
    head = Path("output/x.csv").read_text().splitlines()
    assert head[1] == "'=1+1,-3.0,http://shop.example/,board,1970-01-01T00:00:00.000Z"


def test_a_value_that_does_not_fit_is_told_and_can_be_written_elsewhere(run):
    text = ONE.replace("type: float", "type: int")
    body = film("a", str(2**63))
    code, _, told = run(body, text=text, path="output/x.parquet")
    assert code == 1
    assert f"x.parquet.part: 'score' is '{2**63}', which no int column holds" in told
    assert "Traceback" not in told
    assert not Path("output/x.parquet").exists()
    assert run(body, "--resume", "--output", "x.jsonl", text=text, path="output/x.parquet")[0] == 0
    assert lines("x.jsonl") == [{"title": "a", "score": 2**63}]


# --------------------------------------------------------------------------- a file a rule, partitions


def test_each_rule_has_a_file_of_its_own(run):
    code, _, told = run(FILMS + SHOPS, path="output/shop-{records}.csv")
    assert code == 0
    assert "3 records → output/shop-films.csv (2), output/shop-shops.csv (1)" in told
    assert Path("output/shop-films.csv").read_text().splitlines()[0] == "title,score,seen"
    assert Path("output/shop-shops.csv").read_text().splitlines() == ["title,tags", 'a,"[""x, y"",""z""]"']
    assert report()["files"] == {"output/shop-films.csv": 2, "output/shop-shops.csv": 1}


def test_a_rule_without_records_has_a_file_all_the_same(run):
    assert run(FILMS + SHOPS, path="output/{records}.jsonl")[0] == 0
    assert run(FILMS, path="output/{records}.jsonl")[0] == 0
    assert Path("output/shops.jsonl").read_bytes() == b""


def test_what_is_rejected_lies_in_a_file_a_rule_too_and_alone(run):
    assert run(SHOPS, path="output/x.csv")[0] == 4
    assert run(SHOPS, path="output/{records}.jsonl")[0] == 4
    home = Path("output/.scraper/board")
    assert sorted(path.name for path in home.glob("rejected*")) == ["rejected-films.jsonl", "rejected-shops.jsonl"]
    assert not list(Path("output").glob("*.jsonl"))


def test_every_file_of_a_run_is_held(run):
    Path("output").mkdir()
    with workspace.lock(Path("output/.shops.jsonl.lock"), "held", is_kept=False):
        code, _, told = run(FILMS + SHOPS, path="output/{records}.jsonl")
    assert (code, "another run writes output/shops.jsonl" in told) == (75, True)
    assert [path.name for path in Path("output").iterdir() if "lock" in path.name] == []


def test_a_partition_bears_the_date_and_the_run_and_the_last_run_is_compared_with(run):
    path = "output/{name}/dt={date}/{run}-{records}.jsonl"
    for _ in range(2):
        assert run(FILMS + SHOPS, path=path)[0] == 0
    assert len(list(Path("output/board").glob("dt=????-??-??/*Z-films.jsonl"))) == 2
    code, _, told = run(FILMS.replace("<i>-3", "<b>-3") + SHOPS, path=path)
    assert (code, "ALARM field_gone: films.score" in told) == (4, True)
    assert len(list(Path("output/board").glob("dt=*/*.jsonl"))) == 4


# --------------------------------------------------------------------------- stdout, --output, --limit


def test_records_go_to_stdout_and_all_else_to_stderr(run, folder):
    code, printed, told = run(FILMS + SHOPS, path="-")
    assert code == 0
    assert [json.loads(line)["title"] for line in printed.splitlines()] == ["=1+1", "茶", "a"]
    assert "3 records → stdout" in told
    assert sorted(path.name for path in Path("output/.scraper/board").iterdir() if "part" in path.name) == []
    assert not (folder / "-").exists()


def test_nothing_doubtful_is_printed(run):
    code, printed, _ = run(SHOPS, path="-")
    assert (code, printed) == (4, "")
    assert titles("output/.scraper/board/rejected.jsonl") == ["a"]
    code, printed, _ = run(FILMS, "--limit", 1, path="-")
    assert (code, printed) == (0, "")
    assert titles("output/.scraper/board/rejected.jsonl") == ["=1+1", "茶"]


@pytest.mark.live
def test_a_reader_of_stdout_may_leave_early(config, folder, run):
    body = "".join(film(f"film {number} {'x' * 1000}") for number in range(3000))
    assert run(body, "--limit", 1)[0] == 0
    command = f"{sys.executable} -m scraper board.yaml --replay saved --output - | head -n 1; echo ${{PIPESTATUS[0]}}"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, capture_output=True, text=True, timeout=240)
    first, code = done.stdout.splitlines()
    assert (json.loads(first)["score"], code) == (9.5, "0")
    assert "Traceback" not in done.stderr
    assert "3000 records → stdout" in done.stderr


def test_output_changes_the_path_and_with_it_the_format_and_the_files(run):
    assert run(FILMS + SHOPS, "--limit", 1, "--output", "some-{records}.csv")[0] == 0
    assert Path("some-shops.csv").exists()
    assert not Path("output/board.jsonl").exists()
    assert not Path("output/.scraper/board/last-good.json").exists()
    assert run(FILMS + SHOPS, "--output", "all.parquet", path="output/{records}.jsonl")[0] == 0
    assert pq.read_table("all.parquet").num_rows == 3


@pytest.mark.parametrize(
    ("path", "message"), [("x.txt", "--output: expected a path that ends"), ("x.parquet", "nothing can be appended")]
)
def test_a_wrong_output_is_a_mistake_before_anything_is_fetched(run, path, message):
    code, _, told = run(FILMS, "--output", path, text=ONE, mode="append")
    assert (code, message in told) == (78, True)
    assert not Path("output/.scraper/board/journal.db").exists()
    with pytest.raises(ConfigError, match=message.split()[0]):
        configs.with_output(configs.load_config("board.yaml"), Path(path))


# --------------------------------------------------------------------------- append, by key


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "csv"])
def test_a_record_of_an_earlier_run_is_not_written_again(run, suffix):
    settings = {"text": ONE, "path": f"output/x.{suffix}", "mode": "append", "key": "key: [title, score]"}
    assert run(film("=1", "-1") + film("b", "7"), **settings)[0] == 0
    first = Path(settings["path"]).read_bytes()
    code, _, told = run(film("new") + film("=1", "-1") + film("b", "7") + film("b", "2"), **settings)
    assert code == 0
    assert "left out 2 records that earlier runs have written" in told
    assert "2 records → output/x" in told
    data = Path(settings["path"]).read_bytes()
    assert data.startswith(first)
    assert run(film("new"), **settings)[0] == 0
    assert Path(settings["path"]).read_bytes() == data
    if suffix == "csv":
        assert data.decode() == "title,score\r\n'=1,-1.0\r\nb,7.0\r\nnew,9.5\r\nb,2.0\r\n"
    else:
        assert titles(settings["path"]) == ["=1", "b", "new", "b"]


def test_what_was_found_is_held_against_what_is_expected_not_what_is_new(run):
    settings = {"mode": "append", "key": TITLES, "path": "output/{records}.jsonl"}
    assert run(FILMS + SHOPS, **settings)[0] == 0
    assert run(FILMS + SHOPS, **settings)[0] == 0
    assert (report()["records"], report()["known"]) == (3, 3)
    assert report()["files"] == {"output/films.jsonl": 0, "output/shops.jsonl": 0}


def test_without_a_key_every_record_is_added(run):
    for _ in range(2):
        assert run(FILMS, text=ONE, mode="append")[0] == 0
    assert titles("output/board.jsonl") == ["=1+1", "茶"] * 2


def test_the_keys_are_those_of_the_files_that_lie_there(run):
    import shutil

    settings = {"text": ONE, "mode": "append", "key": TITLES}
    assert run(film("a"), **settings)[0] == 0
    shutil.rmtree("output/.scraper")
    with Path("output/board.jsonl").open("a") as file:
        file.write('{"title": "by hand"}\n{"other": 1}\nnonsense\n')
    assert run(film("a") + film("by hand") + film("b"), **settings)[0] == 0
    assert [
        line.get("title") for line in map(json.loads, Path("output/board.jsonl").read_text().splitlines()[::4])
    ] == [
        "a",
        "b",
    ]
    Path("output/board.jsonl").unlink()
    assert run(film("a"), **settings)[0] == 0
    assert titles("output/board.jsonl") == ["a"]


def test_every_partition_counts_and_no_other_file(run):
    settings = {"text": ONE, "mode": "append", "key": TITLES, "path": "output/{name}-{date}/{run}.jsonl"}
    assert run(film("a"), **settings)[0] == 0
    old = Path("output/board-2020-01-01")
    old.mkdir()
    (old / "20200101T000000.000Z.jsonl").write_text('{"title":"old"}\n')
    other = Path("output/board-eu-2020-01-01")
    other.mkdir()
    (other / "20200101T000000.000Z.jsonl").write_text('{"title":"new"}\n')
    assert run(film("a") + film("old") + film("new"), **settings)[0] == 0
    newest = max(Path("output").glob("board-20*/*.jsonl"))
    assert titles(newest) == ["new"]


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "csv"])
def test_a_run_that_adds_nothing_makes_no_new_file(run, suffix):
    settings = {"text": ONE, "mode": "append", "key": TITLES, "path": f"output/{{run}}.{suffix}"}
    for _ in range(2):
        assert run(film("a"), **settings)[0] == 0
        assert len(list(Path("output").glob("[0-9.]*Z.*"))) == 1


def test_a_trial_shows_what_is_found_known_or_not(run):
    settings = {"text": ONE, "mode": "append", "key": TITLES}
    assert run(film("a"), **settings)[0] == 0
    assert run(film("a"), "--limit", 1, **settings)[0] == 0
    assert titles("output/.scraper/board/rejected.jsonl") == ["a"]
    assert titles("output/board.jsonl") == ["a"]


def test_columns_that_have_changed_stop_a_run_before_it_fetches(run, monkeypatch):
    assert run(FILMS, text=ONE, path="output/x.csv", mode="append")[0] == 0
    old = Path("output/x.csv").read_bytes()
    monkeypatch.setattr("scraper.runner.open_crawl", lambda *_: pytest.fail("it crawls"))
    code, _, told = run(FILMS, text=ONE.replace("score:", "points:"), path="output/x.csv", mode="append")
    assert (code, "expected records of title, points, got title, score" in told) == (1, True)
    assert Path("output/x.csv").read_bytes() == old


# --------------------------------------------------------------------------- crashes


@pytest.mark.parametrize("mode", ["replace", "append"])
@pytest.mark.parametrize("key", ["", TITLES])
@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_a_crash_between_two_renames_is_finished_by_resume(run, crashes, mode, key, suffix):
    settings = {"mode": mode, "key": key, "path": f"output/{{records}}.{suffix}"}
    assert run(FILMS + SHOPS, **settings)[0] == 0
    old = {path: path.read_bytes() for path in Path("output").glob("*s.*")}
    assert len(old) == 2
    more = film("new") + FILMS + shop("new") + SHOPS
    for number, still_old in ((1, 1), (0, 1), (1, 0), (0, 0)):  # between them, twice; then the next run does the other
        crashes(number)
        with pytest.raises(Crash):
            run(more, "--resume", **settings)
        assert sum(path.read_bytes() == data for path, data in old.items()) == still_old
    crashes(None)
    code, _, told = run(more, "--resume", **settings)
    assert (code, "resumed run" in told) == (0, True)
    after = {path: path.read_bytes() for path in Path("output").glob("*s.*")}
    if mode == "replace":
        assert run(more, **settings)[0] == 0
        assert after == {path: path.read_bytes() for path in after}
    elif suffix == "jsonl":
        assert titles("output/films.jsonl") == ["=1+1", "茶", "new", *([] if key else ["=1+1", "茶"])]
        assert titles("output/shops.jsonl") == ["a", "new", *([] if key else ["a"])]
    else:
        assert [data.count(b"new,") for data in after.values()] == [1, 1]


def test_all_part_files_are_on_the_disk_before_the_first_is_renamed(run, monkeypatch):
    from scraper.export import part_file as output

    done, sync, rename = [], os.fsync, output.replace

    def fsync(number):
        sync(number)
        done.append(("synced", Path(f"/proc/self/fd/{number}").readlink().name))

    def replace(part, target):
        done.append(("renamed", target.name))
        rename(part, target)

    monkeypatch.setattr("os.fsync", fsync)
    monkeypatch.setattr("scraper.export.part_file.replace", replace)
    assert run(FILMS + SHOPS, path="output/{records}.csv")[0] == 0
    parts = [("synced", ".films.csv.part"), ("synced", ".shops.csv.part")]
    folder = ("synced", "output")
    assert done == [*parts, ("renamed", "films.csv"), folder, ("renamed", "shops.csv"), folder]


# --------------------------------------------------------------------------- links


@pytest.mark.parametrize("mode", ["replace", "append"])
def test_an_output_that_is_a_link_is_written_where_it_leads(run, folder, mode):
    Path("data").mkdir()
    Path("output").mkdir()
    Path("output/board.jsonl").symlink_to(folder / "data/films.jsonl")
    for count in (1, 2):
        code, _, said = run(FILMS, text=ONE, mode=mode)
        assert code == 0, said
        assert Path("output/board.jsonl").is_symlink()
        assert not Path("data/films.jsonl").is_symlink()
        assert titles("data/films.jsonl") == ["=1+1", "茶"] * (count if mode == "append" else 1)
    assert sorted(os.listdir("data")) == ["films.jsonl"]  # noqa: PTH208


def test_a_link_that_leads_to_itself_is_told(run):
    Path("output").mkdir()
    Path("output/board.jsonl").symlink_to("board.jsonl")
    code, _, said = run(FILMS, text=ONE)
    assert code == 1
    assert "board.jsonl: cannot write: Too many levels of symbolic links" in said


def test_a_link_at_the_name_of_a_file_of_the_state_is_not_followed(run):
    Path("output/.scraper/board").mkdir(parents=True)
    Path("mine").write_text("not yours")
    Path("output/.scraper/board/.last-run.json.part").symlink_to(Path("mine").resolve())
    assert run(FILMS, text=ONE)[0] == 0
    assert Path("mine").read_text() == "not yours"
