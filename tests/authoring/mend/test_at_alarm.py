"""At an alarm the mend is looked for by itself: told, kept beside the rejected records, and never applied."""

import json
import sys

from scraper.authoring.mend import at_alarm
from scraper.config.load import load_config
from scraper.journal.workspace import Workspace
from scraper.report.kept_pages import read_kept
from tests.cli.test_run import css
from tests.report.test_alarms import change, rename
from tests.report.test_notify import SAVE

STATE = "output/.scraper/board"


def broken(scraper, config, boards, extra=""):
    """Run a job, change its pages, run it again; return the config and what came of the second run."""
    path = config(css(boards, extra=f"expect: {{field_coverage: {{score: 0.9}}}}\n{extra}"))
    assert scraper(path).returncode == 0
    change(boards, rename)
    return path, scraper(path)


def test_a_run_that_an_alarm_stopped_proposes_a_mend_and_applies_none(scraper, config, boards, folder):
    on_failure = f"on_failure: {[sys.executable, '-c', SAVE]}\n"
    path, done = broken(scraper, config, boards, on_failure)
    told = f"a mend is proposed for 1 of 1 fields: python -m scraper mend {path} --write"
    assert done.returncode == 4
    assert f"MEND {told}" in done.stderr.splitlines()
    assert "p.score" in path.read_text()
    assert "p.score" not in (folder / STATE / "mended.yaml").read_text()
    _, _, summary = (folder / "told").read_text("utf-8").partition(" ")
    assert json.loads(summary)["mend"] == {
        "fields": 1, "of": 1, "path": f"{STATE}/mended.yaml", "config": str(path),
    }  # fmt: skip
    assert scraper("mend", "board.yaml", "--write").returncode == 0
    assert path.read_text() == (folder / STATE / "mended.yaml").read_text()
    assert scraper(path).returncode == 0
    assert {one.name for one in (folder / STATE).glob("*.*")}.isdisjoint({"mended.yaml", "broken-pages.jsonl.gz"})


def test_with_mend_false_the_pages_are_kept_and_nothing_is_looked_for(scraper, config, boards, folder):
    _, done = broken(scraper, config, boards, "mend: false\n")
    assert done.returncode == 4
    assert "MEND" not in done.stderr
    assert not (folder / STATE / "mended.yaml").exists()
    assert read_kept(folder / STATE / "broken-pages.jsonl.gz")


def test_a_search_that_takes_too_long_or_fails_costs_nothing_but_the_line(scraper, config, boards, folder):
    path, _ = broken(scraper, config, boards)
    target = Workspace(load_config(path)).mended
    assert at_alarm.search(load_config(path), target, limit_s=0.01) is None
    (folder / STATE / "good-pages.jsonl.gz").write_bytes(b"no gzip")
    assert at_alarm.search(load_config(path), target) is None


def test_what_is_remembered_holds_no_secret(scraper, config, boards, folder):
    boards.pages["/board?offset=0"] += "<p>for s3cret-token</p>"
    path = config(css(boards, extra="request: {headers: {X-Key: '${BOARD_KEY}'}}\n"))
    assert scraper(path, env={"BOARD_KEY": "s3cret-token"}).returncode == 0
    kept = read_kept(folder / STATE / "good-pages.jsonl.gz")
    assert any("for ***" in one.text for one in kept)
    assert not any("s3cret" in one.text for one in kept)
