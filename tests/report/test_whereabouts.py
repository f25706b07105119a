"""Where the records of a run went: the operator's walk of docs/how-to/alarms.md, and what else is told of a run."""

import re
import sqlite3
from contextlib import closing

import pytest

import scraper as package
from scraper import runner
from scraper.errors import OutputError
from scraper.report import summary, whereabouts
from tests.conftest import ROOT
from tests.support import shop

pytestmark = pytest.mark.live  # a mend is looked for in a process of its own
WALK = (ROOT / "docs/how-to/alarms.md").read_text("utf-8").partition("## Where did these records go?")[2]
MAIL, TOLD, PREVIEW = re.findall(r"(?s)```text\n(.*?)```", WALK.partition("\n## ")[0])


@pytest.fixture
def path(folder, monkeypatch):
    """A config, run for five good days."""
    path = folder / "shop.yaml"
    path.write_text(shop.CATALOGUE)
    for _ in range(5):
        assert shop.run(monkeypatch, path, shop.home()).exit_code == 0
    return path


def test_rows_without_end_tell_which_have_become_shorter(folder, monkeypatch):
    path = folder / "shop.yaml"
    path.write_text(
        shop.FEED.replace("{{first: 1, last: 10}}", "{{first: 1}}").replace("{first: 1, last: 10}", "{first: 1}")
    )
    report = shop.run(monkeypatch, path, shop.home())
    assert report.notes == ("open rows: 1 of 10 pages",)
    report = shop.run(monkeypatch, path, shop.home() | {"/api?page=3": shop.feed([])})
    assert report.notes == (
        "open rows: 1 of 2 pages; of the 1 of the last good run 1 are shorter",
        "open row shop: 2 pages, 10 in the last good run",
    )


def told(path, run="last"):
    return list(whereabouts.explain(package.load_config(path), run))


def test_two_commands_lead_from_the_mail_to_the_page_that_lost_the_records(scraper, path, monkeypatch):
    site = shop.home()
    site["/list?page=2"] = site["/list?page=2"].replace("/list?page=3", "#").replace('href="#"', "")
    mail = list(summary.lines(shop.run(monkeypatch, path, site)))
    assert MAIL.strip() in mail
    command, *lines = TOLD.splitlines()
    assert command.endswith("--run last")
    done = scraper("history", path, "--run", "last")
    assert done.returncode == 0, done.stderr
    assert set(lines) <= set(done.stdout.splitlines())
    assert PREVIEW.strip().rpartition(" ")[2] in lines[0]


def test_what_was_asked_for_and_did_not_come_is_told_with_its_reason(path, monkeypatch):
    site = shop.home() | {"/p/3": (500, {}, ""), "/p/7": shop.to("/p/8"), "/p/9": (404, {}, "")}
    shop.run(monkeypatch, path, site)
    missing = [line for line in told(path) if line.startswith("missing")]
    assert missing == [
        "missing 1 pages of detail, asked for: http 500; such as http://shop.example/p/3",
        "missing 1 pages of detail, asked for: redirected to a page already fetched; such as http://shop.example/p/7",
        "missing 1 pages of detail, asked for: http 404; such as http://shop.example/p/9",
    ]


def test_a_run_that_has_all_misses_nothing_and_an_earlier_one_has_its_figures(path, monkeypatch):
    assert told(path)[-1] == "nothing is missing that the last good run had"
    runs = runner.history(package.load_config(path), 9)
    first = told(path, runs[0].run)
    assert first[0] == f"run {runs[0].run}, exit 0: 120 records"
    assert first[-1] == "its pages are not there any more: only those of the last run are kept"
    with pytest.raises(OutputError, match="there is no run yesterday"):
        told(path, "yesterday")


def test_what_lies_behind_a_page_that_did_not_come_is_not_led_to(path, monkeypatch):
    shop.run(monkeypatch, path, shop.home() | {"/list?page=2": (500, {}, "")})
    lines = told(path)
    assert (
        "missing 40 pages of detail, not led to: http://shop.example/list?page=2 did not come;"
        " such as http://shop.example/p/20" in lines
    )
    assert "    id=20 of http://shop.example/list?page=2" in lines


def test_pages_behind_a_page_that_was_not_led_to_have_its_cause(path, monkeypatch):
    site = shop.home()
    site["/list?page=1"] = site["/list?page=1"].replace("/list?page=2", "/list?page=1")
    shop.run(monkeypatch, path, site)
    causes = {line.partition(",")[2].partition(";")[0] for line in told(path) if line.startswith("missing 40 pages")}
    assert causes == {" not led to: http://shop.example/list?page=1 came with 21 links, 21 in the last good run"}


def test_a_last_good_run_that_is_damaged_is_told_as_far_as_it_can_be_read(path, monkeypatch):
    shop.run(monkeypatch, path, shop.home() | {"/p/3": (500, {}, "")})
    good = next(path.parent.rglob("last-good.db"))
    with closing(sqlite3.connect(good)) as db:
        db.create_function("seal", -1, lambda *_: 7, deterministic=True)
        db.execute("UPDATE content SET counts = x'00ff' WHERE id = 1")
        db.execute("UPDATE content SET lines = lines || 'x{' WHERE id = 2")
        db.execute("UPDATE page SET kind = x'ff' WHERE id = 9")
        db.commit()
    lines = told(path)
    assert "pages of the last good run are damaged, and not compared" in "\n".join(lines)
    assert "nothing is missing that the last good run had" not in lines
    good.write_bytes(b"no database at all" * 100)
    assert "cannot be compared" in told(path)[-1]
    assert "last-good.db" in told(path)[-1]
    size = len(data := good.with_name("journal.db").read_bytes()) if good.with_name("journal.db").exists() else 0
    for start in range(4096, size, 9001):
        good.write_bytes(data[:start] + bytes(60) + data[start + 60 :])
        assert told(path)
