"""The history of a job: what it keeps, what it compares, and that no run depends on it."""

import contextlib
import logging
import sqlite3

import pytest
from msgspec import structs

from scraper.errors import OutputError
from scraper.report.accounts import Accounts, Alarm, Exit, FieldReport, KindReport, Report
from scraper.report.history import KEPT_RUNS, open_history, read_history
from scraper.report.losses import Loss
from tests.cli.test_run import css, records
from tests.report.test_alarms import change, halve, rename, run

SINCE_2 = ("change", "shape")
MISS = Alarm("field_coverage", "…", "hot.score", "excerpts/x.txt")


def made(run, code=Exit.OK, *, records=10, is_published=None, is_accepted=False, alarms=(), misses=(), notes=()):
    """Return the report of a run."""
    is_published = code in (Exit.OK, Exit.INCOMPLETE) if is_published is None else is_published
    accounts = Accounts(12, 9, {"http 500": 1, "blocked": 1}, {"robots": 1}, 0)
    fields = (FieldReport("hot", "title", records, records), FieldReport("hot", "score", records, 7, 1, "'x': y"))
    head = "board", run, code, "2026-11-24T00:00:00.000Z", 1.5, records, accounts, "out.jsonl", is_published
    return Report(*head, is_accepted=is_accepted, alarms=alarms, misses=misses, fields=fields, notes=notes)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.db"


def add(path, report, *, is_good=None, samples=None):
    with open_history(path) as history:
        is_good = report.is_published and not report.misses if is_good is None else is_good
        history.add(report, is_good=is_good, samples=samples or {})


def past(path, run="now", last_good=None):
    with open_history(path) as history:
        return history.past(run, last_good)


def runs(path, count=100):
    with read_history(path) as history:
        return history.runs(count)


def test_a_run_is_kept_with_all_its_figures(path):
    add(path, made("r1", Exit.REJECTED, alarms=(MISS,), notes=("so it is",)))
    (entry,) = runs(path)
    assert (entry.run, entry.exit_code, entry.records, entry.seconds) == ("r1", 4, 10, 1.5)
    assert (entry.planned, entry.fetched, entry.failed, entry.skipped, entry.unfinished) == (12, 9, 2, 1, 0)
    assert entry.failures == {"blocked": 1, "http 500": 1}
    assert entry.fields == (FieldReport("hot", "title", 10, 10), FieldReport("hot", "score", 10, 7, 1))
    assert (entry.alarms, entry.misses, entry.notes) == ((MISS,), (), ("so it is",))
    assert not entry.is_published


def test_losses_and_kinds_are_kept_and_only_runs_of_one_config_are_usual(path):
    lost, kind = Loss("empty", "list", 1, 4, "http://a/", "failed"), KindReport("list", 3, 9)
    for n, digest in enumerate(("old", "new", "new")):
        add(path, structs.replace(made(f"r{n}"), losses=(lost,), kinds=(kind,), digest=digest, content=str(n)))
    assert {(entry.losses, entry.kinds) for entry in runs(path)} == {((lost,), (kind,))}
    with open_history(path) as history:
        past = history.past("now", None, "new")
        assert [figures.run for figures in past.usual] == ["r2", "r1"]
        assert (past.usual[0].pages, past.usual[0].links, past.usual[0].content) == ({"list": 3}, {"list": 9}, "2")
        assert (len(past.good), history.run("r0").run, history.run(None).run, history.run("r9")) == (
            3,
            "r0",
            "r2",
            None,
        )


@pytest.mark.parametrize(
    ("version", "tables"),
    [(1, ("config", "kind", "loss", *SINCE_2)), (2, SINCE_2), (3, ("shape",))],
)
def test_a_history_of_the_version_before_is_read_and_brought_up_to_date(path, version, tables):
    add(path, made("r1"))
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(";".join([*(f"DROP TABLE {table}" for table in tables), f"PRAGMA user_version = {version}"]))
    assert [(entry.run, entry.losses) for entry in runs(path)] == [("r1", ())]
    add(path, structs.replace(made("r2"), digest="d"))
    assert [entry.run for entry in runs(path)] == ["r1", "r2"]


def test_what_has_changed_is_in_it(path):
    add(path, made("r1"))
    add(path, structs.replace(made("r2"), changes={"new": 2, "changed": 1, "gone": 0}))
    assert [entry.changes for entry in runs(path)] == [{}, {"new": 2, "changed": 1, "gone": 0}]


def test_a_run_that_is_gone_on_with_is_one_run(path):
    add(path, made("r1", Exit.TERMINATED, misses=(MISS,)))
    add(path, made("r1"))
    assert [(entry.run, entry.exit_code, entry.misses) for entry in runs(path)] == [("r1", 0, ())]


def test_the_newest_thousand_are_kept(path):
    with open_history(path) as history:
        for n in range(3):
            history.add(made(f"r{n:05}"), is_good=True, samples={})
        db = sqlite3.connect(path)
        with db:
            for n in range(3, KEPT_RUNS + 5):
                db.execute("INSERT INTO run SELECT ?, started, 1, 0, 1, 1, 1, 0, 0, 0, '', 1, 1, 0, '[]' FROM run WHERE run = 'r00000'", (f"r{n:05}",))  # fmt: skip  # noqa: E501
        history.add(made("r99999"), is_good=True, samples={})
        assert [db.execute(f"SELECT min(run), count(DISTINCT run) FROM {table}").fetchone() for table in ("run", "field")] == [  # noqa: E501
            ("r00006", KEPT_RUNS), ("r99999", 1),
        ]  # fmt: skip
        db.close()


def test_the_last_five_good_runs_are_compared_with_and_no_other(path):
    for n in range(7):
        add(path, made(f"r{n}", records=n))
    add(path, made("r7", Exit.REJECTED, records=70))
    add(path, made("r8", records=80, misses=(MISS,)))
    assert [run["hot"] for run in past(path).records] == [6, 5, 4, 3, 2]
    assert [run["hot"] for run in past(path, "r6").records] == [5, 4, 3, 2, 1]


def test_what_was_before_an_accepted_run_is_not_compared_with(path):
    for n in range(3):
        add(path, made(f"r{n}", records=100))
    add(path, made("r3", Exit.REJECTED, records=3, alarms=(MISS,)))
    add(path, made("r3", Exit.OK, records=3, is_accepted=True))
    add(path, made("r4", records=4))
    assert [run["hot"] for run in past(path).records] == [4, 3]
    accepted = runs(path)[3]
    assert (accepted.exit_code, accepted.alarms, accepted.is_accepted, accepted.is_good) == (4, (MISS,), True, True)


def test_a_run_that_the_history_has_forgotten_can_be_accepted(path):
    add(path, made("r3", is_accepted=True))
    assert [entry.is_accepted for entry in runs(path)] == [True]


def test_misses_in_a_row_are_counted_over_whole_runs(path):
    add(path, made("r1"))
    add(path, made("r2", misses=(MISS,)))
    add(path, made("r3", Exit.TERMINATED))
    add(path, made("r4", Exit.ERROR))
    add(path, made("r5", Exit.REJECTED, alarms=(MISS,)))
    assert past(path).times(MISS.key) == 2
    add(path, made("r5", is_accepted=True))
    assert past(path).times(MISS.key) == 0


def test_the_last_good_report_stands_in_where_there_is_no_history(path):
    report = {"fields": [{"rule": "hot", "name": "title", "records": 9, "filled": 8}]}
    assert past(path, last_good=report).records == ({"hot": 9},)
    assert past(path, last_good=report).filled == {("hot", "title"): 8}
    assert past(path).records == ()


def test_the_samples_are_those_of_the_run_that_was_published_last(path):
    add(path, made("r1"), samples={"hot": [b'{"title":"a"}'], "top": [b"{}", b'{"n":1}']})
    add(path, made("r2", Exit.REJECTED), samples={"hot": [b'{"title":"doubtful"}']})
    with read_history(path) as history:
        assert history.samples() == {"hot": [b'{"title":"a"}'], "top": [b"{}", b'{"n":1}']}


# --------------------------------------------------------------------------- no run depends on it


def cut(path):
    path.write_bytes(path.read_bytes()[:6000])


def scribble(path):
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)


def replace(path):
    path.write_bytes(b"no database at all, but long enough to be looked at" * 100)


def damage_a_name(path):
    """Let SQLite repeat in its error what is no UTF-8."""
    data = path.read_bytes()
    assert b"CREATE TABLE sample" in data
    path.write_bytes(data.replace(b"CREATE TABLE sample", b"CREATE\xff\xffABLE sample"))


def age(path):
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


@pytest.mark.parametrize("harm", [cut, scribble, replace, damage_a_name, age])
def test_a_history_that_cannot_be_read_is_set_aside_and_no_run_is_lost(config, folder, boards, caplog, harm):
    caplog.set_level(logging.ERROR, "scraper")
    board, history = config(css(boards)), folder / "output/.scraper/board/history.db"
    run(board)
    harm(history)
    with pytest.raises(OutputError, match="cannot read the history"):
        runs(history)
    assert run(board).exit_code == Exit.OK
    assert len(records(folder)) == 9
    assert [entry.getMessage() for entry in caplog.records if "set aside" in entry.getMessage()]
    assert history.with_name("history.db.broken").exists()
    assert len(runs(history)) == 1


def test_a_history_that_cannot_be_written_costs_no_run(config, folder, boards, caplog):
    caplog.set_level(logging.ERROR, "scraper")
    board, history = config(css(boards)), folder / "output/.scraper/board/history.db"
    history.parent.mkdir(parents=True)
    history.mkdir()
    assert run(board).exit_code == Exit.OK
    assert any("cannot open the history" in entry.getMessage() for entry in caplog.records)


# --------------------------------------------------------------------------- as a person sees it


def test_history_prints_the_last_runs_without_a_terminal_and_in_ascii(scraper, config, folder, boards):
    path = config(css(boards, extra="expect: {min_records: 5}\n"))
    ascii_only = {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"}
    chinese = config("name: 榜单\n" + path.read_text("utf-8"), name="other")
    assert scraper("history", chinese, env=ascii_only).stdout == "\\u699c\\u5355: no runs yet\n"
    assert not (folder / "output").exists()
    run(path)
    change(boards, lambda page: rename(halve(page)))
    run(path)
    done = scraper("history", path, env=ascii_only)
    assert (done.returncode, done.stderr) == (0, "")
    head, good, bad, *alarms = done.stdout.splitlines()
    assert head.split() == ["started", "exit", "records", "pages", "failed", "seconds"]
    assert good.split()[1:5] == ["0", "9", "3/3", "0"]
    assert bad.split()[1:5] == ["4", "3", "3/3", "0"]
    assert bad.endswith("an expectation is broken")
    assert alarms[0] == "    ALARM min_records: expected at least 5 records, got 3"
    assert alarms[1].startswith("    ALARM field_gone: board.score is empty in all 3 records")


def test_history_says_why_pages_failed(scraper, config, folder, boards):
    boards.pages["/board?offset=10"] = (404, {}, "no")
    path = config(css(boards))
    run(path)
    assert "    failed 1 (http 404 1)" in scraper("history", path).stdout.splitlines()


def test_a_broken_history_that_cannot_be_set_aside_costs_no_run(scraper, config, folder, boards):
    path = config(css(boards))
    run(path)
    history = folder / "output/.scraper/board/history.db"
    replace(history)
    (folder / "output/.scraper/board/history.db.broken").mkdir()
    done = scraper(path)
    assert done.returncode == 0, done.stderr
    assert "history.db: cannot open the history" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_history_is_exit_1_and_left_alone(scraper, config, folder, boards):
    path = config(css(boards))
    run(path)
    history = folder / "output/.scraper/board/history.db"
    replace(history)
    done = scraper("history", path)
    assert (done.returncode, "cannot read the history" in done.stderr) == (1, True)
    assert history.exists()
