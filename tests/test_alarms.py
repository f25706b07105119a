"""Expectations through the command line: what stands after a miss, what is told of it, and the way out."""

import json
import sqlite3

import pytest

from tests.test_run import boards, css, records, report, start, stuck, wait_until  # noqa: F401 - fixtures

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
    assert f"alarm    field_coverage: {alarm['message']}\npage     {boards.url}/board?offset=" in excerpt
    assert '<p class="points">9.' in excerpt


def test_the_excerpt_shows_a_page_that_broke_it_and_not_just_the_first(scraper, config, folder, boards):
    path = config(css(boards, extra="expect: {field_coverage: {score: 0.9}, records_per_page: 3}\n"))
    boards.pages["/board?offset=20"] = rename(halve(boards.pages["/board?offset=20"]))
    done = scraper(path)
    assert done.returncode == 4
    message = f"1 of 3 pages of board do not give 3 records, such as {boards.url}/board?offset=20 with 1"
    assert f"ALARM records_per_page: {message}" in done.stderr
    excerpts = [(folder / alarm["excerpt"]).read_text() for alarm in report(folder)["alarms"]]
    assert len(excerpts) == 2
    assert all("offset=20" in text and 'class="points"' in text for text in excerpts)


def test_a_page_that_was_fetched_before_a_crash_can_still_be_shown(scraper, config, folder, stuck):
    path = config(css(stuck, extra="expect: {field_coverage: {score: 1.0}}\n"))
    stuck.pages["/board?offset=10"] = rename(stuck.pages["/board?offset=10"])
    run = start(folder, path)
    home = folder / HOME
    wait_until(lambda: len(stuck.asked()) == 3 and stored(home / "journal.db") == 2)
    run.kill()
    run.wait()
    run.stderr.close()
    stuck.gate["open"] = True
    done = scraper(path, "--resume")
    assert done.returncode == 4
    assert "offset=10" in (folder / report(folder)["alarms"][0]["excerpt"]).read_text()


def stored(journal):
    """Return how many pages have ended."""
    if not journal.exists():
        return 0
    db = sqlite3.connect(f"file:{journal}?mode=ro", uri=True)
    try:
        return db.execute("SELECT count(*) FROM page WHERE state = 1").fetchone()[0]
    except sqlite3.Error:
        return 0
    finally:
        db.close()


def test_an_excerpt_holds_nothing_that_a_terminal_obeys(scraper, config, folder, boards):
    path = config(css(boards, extra="expect: {max_records: 8}\n"))
    change(boards, lambda page: page.replace("film", "\x1b[31mfilm\x9b"))
    assert scraper(path).returncode == 4
    (alarm,) = report(folder)["alarms"]
    assert (alarm["name"], alarm["message"]) == ("max_records", "expected at most 8 records, got 9")
    text = (folder / alarm["excerpt"]).read_text("utf-8")
    assert "\ufffd[31mfilm\ufffd" in text
    assert not {"\x1b", "\x9b"} & set(text)


# --------------------------------------------------------------------------- against the runs before


def test_half_of_the_usual_records_is_an_alarm_and_the_median_is_told(scraper, config, folder, boards):
    path = config(css(boards, extra="expect: {compare_to_last: 0.5}\n"))
    assert scraper(path).returncode == 0
    assert scraper(path).returncode == 0
    change(boards, halve)
    done = scraper(path)
    assert done.returncode == 4
    assert "ALARM compare_to_last: board gave 3 records, 33% of the 9 that are the median of the last 2" in done.stderr
    assert len(records(folder)) == 9


def test_a_miss_is_published_and_told_until_it_is_the_third_in_a_row(scraper, config, folder, boards):
    path = config(css(boards, extra="expect: {field_coverage: {score: 0.9}, consecutive: 3}\n"))
    assert scraper(path).returncode == 0
    change(boards, rename)
    for _ in range(2):
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


# --------------------------------------------------------------------------- the way out


@pytest.fixture
def rejected(scraper, config, folder, boards):
    """A config whose last run was rejected, for want of scores."""
    path = config(css(boards, extra="expect: {field_coverage: {score: 0.9}}\noutput: {mode: append}\n"))
    assert scraper(path).returncode == 0
    change(boards, rename)
    assert scraper(path).returncode == 4
    return path


def test_accept_publishes_the_rejected_records_and_counts_them_as_good(scraper, folder, boards, rejected):
    before = output(folder)
    doubtful = (folder / HOME / "rejected.jsonl").read_bytes()
    asked = len(boards.asked())
    done = scraper("--accept", rejected)
    assert done.returncode == 0, done.stderr
    assert "note accepted in spite of field_coverage, field_gone" in done.stderr
    assert output(folder) == doubtful
    assert doubtful.startswith(before)
    assert len(records(folder)) == 18
    assert not (folder / HOME / "rejected.jsonl").exists()
    assert len(boards.asked()) == asked
    good = json.loads((folder / HOME / "last-good.json").read_text())
    assert (good["is_accepted"], good["fields"][1]["filled"]) == (True, 0)
    again = scraper("--accept", rejected)
    assert (again.returncode, "was published" in again.stderr) == (2, True)
    assert len(records(folder)) == 18


def test_after_accept_the_next_runs_are_compared_with_the_accepted_one(scraper, config, folder, boards):
    path = config(css(boards, extra="expect: {compare_to_last: 0.5}\n"))
    for _ in range(3):
        assert scraper(path).returncode == 0
    change(boards, halve)
    assert scraper(path).returncode == 4
    assert scraper("--accept", path).returncode == 0
    done = scraper(path)
    assert done.returncode == 0, done.stderr
    assert len(records(folder)) == 3


def test_accept_after_a_crash_between_publishing_and_noting_it_adds_nothing_twice(scraper, folder, rejected):
    assert scraper("--accept", rejected).returncode == 0
    once = output(folder)
    with sqlite3.connect(folder / HOME / "journal.db") as journal:
        journal.execute("UPDATE meta SET value = '' WHERE key = 'published'")
    journal.close()
    assert scraper("--accept", rejected).returncode == 0
    assert output(folder) == once


def test_accept_keeps_what_others_have_added_since(scraper, folder, rejected):
    with (folder / "output/board.jsonl").open("ab") as file:
        file.write(b'{"title":"by hand","score":1.0}\n')
    assert scraper("--accept", rejected).returncode == 0
    titles = [record["title"] for record in records(folder)]
    assert (len(titles), titles[9], titles.count("film0")) == (19, "by hand", 2)


def test_a_trial_in_between_takes_nothing_from_accept(scraper, folder, rejected):
    assert scraper(rejected, "--limit", 1).returncode == 0
    assert len(records(folder, f"{HOME}/rejected.jsonl")) == 3
    assert scraper("--accept", rejected).returncode == 0
    assert len(records(folder)) == 18


def test_accept_refuses_what_it_cannot_vouch_for(scraper, config, folder, boards, rejected):
    before = output(folder)
    text = rejected.read_text()
    config(text.replace("score: 0.9", "score: 0.8"))
    done = scraper("--accept", rejected)
    assert (done.returncode, "changed since" in done.stderr) == (2, True), done.stderr
    config(text)
    other = scraper("--accept", config(text, name="other"))
    assert (other.returncode, "nothing to accept" in other.stderr) == (2, True), other.stderr
    assert (scraper("--accept", rejected, "--limit", 1).returncode, output(folder)) == (2, before)
    change(boards, lambda _: "<html></html>")
    assert scraper(rejected).returncode == 4
    empty = scraper("--accept", rejected)
    assert (empty.returncode, "has no records" in empty.stderr) == (2, True), empty.stderr
    assert output(folder) == before
    assert [path.name for path in (folder / "output").iterdir() if path.name.endswith(".part")] == []


def test_accept_does_not_cross_a_run(scraper, config, folder, stuck):
    path = config(css(stuck))
    run = start(folder, path)
    wait_until(lambda: len(stuck.asked()) == 3)
    done = scraper("--accept", path)
    assert (done.returncode, "another run" in done.stderr) == (75, True)
    stuck.gate["open"] = True
    assert run.wait(30) == 0
    run.stderr.close()
