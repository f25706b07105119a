"""Expectations through the command line: what stands after a miss, what is told of it, and the way out."""

import json

import pytest

import scraper as package
from scraper import runner
from scraper.cli import terminal
from scraper.errors import NothingToAccept
from scraper.journal.journal import Journal
from scraper.report import summary
from scraper.report.accounts import Exit
from tests.cli.test_run import PATIENCE_S, css, records, report, start, stored, wait_until

HOME = "output/.scraper/board"
OFFSETS = (0, 10, 20)


def change(boards, function):
    for offset in OFFSETS:
        path = f"/board?offset={offset}"
        boards.pages[path] = function(boards.pages[path])


def rename(page):
    """Rename one class, as a site does overnight."""
    return page.replace('class="score"', 'class="points"')


def halve(page):
    """Leave the first of a page's three films."""
    first, *_ = page.split("</dd>")
    return f"{first}</dd></dl></body></html>"


def load(path):
    return package.load_config(path, {"pool.engine": "threads"})


def run(path, **options):
    """Run a config in this process; `scraper` is the command, which takes its time."""
    return package.run(load(path), **options)


def accept(path):
    return runner.accept(load(path))


def output(folder):
    return (folder / "output/board.jsonl").read_bytes()


# --------------------------------------------------------------------------- what is told, and shown


@pytest.mark.parametrize("where", ["parent", "worker"])
def test_a_class_renamed_overnight_is_exit_4_and_yesterdays_output_stands(scraper, config, folder, boards, where):
    path = config(css(boards, more=f", parse_in: {where}", extra="expect: {field_coverage: {score: 0.9}}\n"))
    assert scraper(path).returncode == 0
    yesterday = output(folder)
    change(boards, rename)
    done = scraper(path)
    assert done.returncode == 4
    assert "ALARM field_coverage: board.score is filled in 0 of 9 records (0%), expected at least 90%" in done.stderr
    assert output(folder) == yesterday
    assert len(records(folder, f"{HOME}/rejected.jsonl")) == 9
    alarm = report(folder)["alarms"][0]
    assert (alarm["name"], alarm["subject"]) == ("field_coverage", "board.score")
    assert alarm["excerpt"] in done.stderr
    excerpt = (folder / alarm["excerpt"]).read_text("utf-8")
    told = [f"alarm    {one['name']}: {one['message']}\n" for one in report(folder)["alarms"]]
    assert excerpt.startswith("".join(told) + f"page     {boards.url}/board?offset=")
    assert '<p class="points">9.' in excerpt


def test_the_excerpt_shows_a_page_that_broke_it_and_not_just_the_first(config, folder, boards):
    path = config(css(boards, extra="expect: {field_coverage: {score: 0.9}, records_per_page: 3}\n"))
    boards.pages["/board?offset=20"] = rename(halve(boards.pages["/board?offset=20"]))
    odd, unfilled = run(path).alarms
    assert odd.message == f"1 of 3 pages of board do not give 3 records, such as {boards.url}/board?offset=20 with 1"
    excerpts = [(folder / alarm.excerpt).read_text() for alarm in (odd, unfilled)]
    assert all("offset=20" in text and 'class="points"' in text for text in excerpts)


def test_a_page_that_was_fetched_before_a_crash_can_still_be_shown(scraper, config, folder, stuck):
    path = config(css(stuck, extra="expect: {field_coverage: {score: 1.0}}\n"))
    stuck.pages["/board?offset=10"] = rename(stuck.pages["/board?offset=10"])
    first = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3 and stored(folder) == 2)
    first.kill()
    first.wait()
    first.stderr.close()
    stuck.gate["open"] = True
    done = scraper(path, "--resume")
    assert done.returncode == 4
    assert "offset=10" in (folder / report(folder)["alarms"][0]["excerpt"]).read_text()


def test_an_excerpt_holds_nothing_that_a_terminal_obeys(config, folder, boards):
    path = config(css(boards, extra="expect: {max_records: 8}\n"))
    change(boards, lambda page: page.replace("film", "\x1b[31mfilm\x9b"))
    (alarm,) = run(path).alarms
    assert (alarm.name, alarm.message) == ("max_records", "expected at most 8 records, got 9")
    text = (folder / alarm.excerpt).read_text("utf-8")
    assert "\ufffd[31mfilm\ufffd" in text
    assert not {"\x1b", "\x9b"} & set(text)


def test_one_bad_page_is_shown_once_by_the_names_of_its_alarms_and_its_line_says_its_url_once(config, folder, boards):
    path = config(css(boards, last=0, extra="expect: {blocked_if: [Hm]}\n"))
    boards.pages["/board?offset=0"] = "<h1>Hm?</h1>"
    report = run(path)
    assert [alarm.name for alarm in report.alarms] == ["min_records", "blocked", "max_error_rate"]
    (excerpt,) = {alarm.excerpt for alarm in report.alarms}
    assert excerpt.endswith("-min_records-blocked-max_error_rate.txt")
    assert len(list((folder / HOME / "excerpts").iterdir())) == 1
    told = list(summary.lines(report))
    assert f"excerpt of a page for min_records, blocked, max_error_rate: {excerpt}" in told
    assert f"failed {boards.url}/board?offset=0: blocked: matches blocked_if 'Hm'" in told


def test_on_a_narrow_terminal_no_path_is_broken_and_empty_fields_are_red(config, folder, boards, monkeypatch, capsys):
    path = config(css(boards))
    run(path)
    change(boards, rename)
    report = run(path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    terminal.show_table(report)
    lines = capsys.readouterr().err.splitlines()
    assert any(report.alarms[0].excerpt in line for line in lines)
    (score,) = (line for line in lines if "score" in line and "0/9" in line)
    (title,) = (line for line in lines if "title" in line and "9/9" in line)
    assert ("31m" in score, "31m" in title) == (True, False)


# --------------------------------------------------------------------------- against the runs before


def test_half_of_the_usual_records_is_an_alarm_and_the_median_is_told(config, folder, boards):
    path = config(css(boards, extra="expect: {compare_to_last: 0.5}\n"))
    assert [run(path).exit_code for _ in range(2)] == [Exit.OK] * 2
    change(boards, halve)
    (alarm,) = run(path).alarms
    assert alarm.message.startswith("board gave 3 records, 33% of the 9 that are the median of the last 2 good runs")
    assert len(records(folder)) == 9


def test_without_a_history_it_is_the_last_good_report_that_counts(config, folder, boards):
    path = config(css(boards, extra="expect: {compare_to_last: 0.5}\n"))
    run(path)
    (folder / HOME / "history.db").unlink()
    change(boards, halve)
    assert [alarm.name for alarm in run(path).alarms] == ["compare_to_last"]


def test_a_miss_is_published_and_told_until_it_is_the_third_in_a_row(scraper, config, folder, boards):
    path = config(css(boards, extra="expect: {field_coverage: {score: 0.9}, consecutive: 3}\n"))
    assert run(path).exit_code == Exit.OK
    change(boards, rename)
    assert run(path).misses[0].excerpt
    done = scraper(path)
    assert done.returncode == 0, done.stderr
    assert "MISS field_coverage: board.score is filled in 0 of 9" in done.stderr
    assert "MISS field_gone: board.score is empty in all 9 records; the last good run had 9" in done.stderr
    assert "ALARM" not in done.stderr
    assert {record["score"] for record in records(folder)} == {None}
    done = scraper(path)
    assert done.returncode == 4
    assert "ALARM field_coverage" in done.stderr
    assert json.loads((folder / HOME / "last-good.json").read_text())["fields"][1]["filled"] == 9


def test_a_trial_and_an_interrupted_run_are_no_misses(config, folder, boards):
    path = config(css(boards, extra="expect: {field_coverage: {score: 0.9}, consecutive: 2}\n"))
    change(boards, rename)
    assert run(path, limit=1).exit_code == Exit.OK
    assert (run(path).exit_code, run(path).exit_code) == (Exit.OK, Exit.REJECTED)


# --------------------------------------------------------------------------- the way out


@pytest.fixture
def rejected(config, folder, boards):
    """A config whose last run was rejected, for want of scores."""
    path = config(css(boards, extra="expect: {field_coverage: {score: 0.9}}\noutput: {mode: append}\n"))
    assert run(path).exit_code == Exit.OK
    change(boards, rename)
    assert run(path).exit_code == Exit.REJECTED
    return path


def test_accept_publishes_the_rejected_records_and_counts_them_as_good(scraper, folder, boards, rejected):
    before = output(folder)
    assert scraper(rejected).returncode == 4
    doubtful = (folder / HOME / "rejected.jsonl").read_bytes()
    asked = len(boards.asked())
    done = scraper("accept", rejected)
    assert done.returncode == 0, done.stderr
    assert "note accepted in spite of field_coverage, field_gone" in done.stderr
    assert output(folder) == doubtful
    assert doubtful.startswith(before)
    assert len(records(folder)) == 18
    assert not (folder / HOME / "rejected.jsonl").exists()
    assert len(boards.asked()) == asked
    good = json.loads((folder / HOME / "last-good.json").read_text())
    assert (good["is_accepted"], good["fields"][1]["filled"]) == (True, 0)
    again = scraper("accept", rejected)
    assert (again.returncode, "was published" in again.stderr) == (2, True)
    assert len(records(folder)) == 18


def test_after_accept_the_next_runs_are_compared_with_the_accepted_one(config, folder, boards):
    path = config(css(boards, extra="expect: {compare_to_last: 0.5}\n"))
    for _ in range(3):
        run(path)
    change(boards, halve)
    assert run(path).exit_code == Exit.REJECTED
    assert accept(path).exit_code == Exit.OK
    assert run(path).exit_code == Exit.OK
    assert len(records(folder)) == 3


def test_accept_after_a_crash_between_publishing_and_noting_it_adds_nothing_twice(folder, rejected):
    accept(rejected)
    once = output(folder)
    with Journal(folder / HOME / "journal.db") as journal:
        journal.remember(published="")
    accept(rejected)
    assert output(folder) == once


def test_accept_keeps_what_others_have_added_since(folder, rejected):
    with (folder / "output/board.jsonl").open("ab") as file:
        file.write(b'{"title":"by hand","score":1.0}\n')
    accept(rejected)
    titles = [record["title"] for record in records(folder)]
    assert (len(titles), titles[9], titles.count("film0")) == (19, "by hand", 2)


def test_a_trial_in_between_takes_nothing_from_accept(folder, rejected):
    run(rejected, limit=1)
    assert len(records(folder, f"{HOME}/rejected.jsonl")) == 3
    accept(rejected)
    assert len(records(folder)) == 18


def test_a_run_that_a_limit_ended_can_be_accepted(config, folder, boards):
    text = css(boards, last=2990, more=", closespider_pagecount: 1", extra="expect: {min_records: 99}\n")
    path = config(text)
    assert run(path).exit_code == Exit.REJECTED
    report = accept(path)
    assert (report.is_published, report.accounts.unfinished, report.accounts.planned) == (True, 0, 300)
    assert sum(report.accounts.skipped.values()) > 200


def test_accept_refuses_what_it_cannot_vouch_for(scraper, config, folder, boards, rejected):
    before, text = output(folder), rejected.read_text()
    config(text.replace("score: 0.9", "score: 0.8"))
    with pytest.raises(NothingToAccept, match="changed since"):
        accept(rejected)
    with pytest.raises(NothingToAccept, match="nothing to accept"):
        accept(config(text, name="other"))
    config(text)
    assert scraper("accept", rejected, "--limit", 1).returncode == 2
    change(boards, lambda _: "<html></html>")
    assert run(rejected).exit_code == Exit.REJECTED
    with pytest.raises(NothingToAccept, match="has no records"):
        accept(rejected)
    assert output(folder) == before
    assert [path.name for path in (folder / "output").iterdir() if path.name.endswith(".part")] == []


def test_accept_does_not_cross_a_run(scraper, config, folder, stuck):
    path = config(css(stuck))
    other = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3)
    done = scraper("accept", path)
    assert (done.returncode, "another run" in done.stderr) == (75, True)
    stuck.gate["open"] = True
    assert other.wait(PATIENCE_S) == 0
    other.stderr.close()
