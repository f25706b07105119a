"""State that was damaged since it was written: a byte of the journal is another, a file is not what it should be."""

import os
import random
import shutil
import sqlite3

import pytest

import scraper as package
from scraper import runner
from scraper.crawl.launch import Options
from scraper.crawl.progress import Stop
from scraper.errors import NothingToAccept, ScraperError
from scraper.journal.journal import Journal
from tests.conftest import board

DAMAGES = int(os.environ.get("DAMAGES", "200"))
"""How often in all a byte is damaged; a thousand are a matter of minutes."""
CONFIG = """
pages:
  list:
    start_urls: ["{url}/board?offset={{offset}}"]
    params: {{offset: {{first: 0, last: 7}}}}
    records:
      each: dd
      fields: {{title: p.name, score: {{css: p.score, type: float}}}}
      follow: [{{css: a, page: film, merge: true}}]
  film: {{records: {{fields: {{plot: h1}}}}}}
settings:
  {{robotstxt_obey: false, retry_times: 0, contact: t@example.com, pool: {{engine: threads}}, concurrent_requests: 2}}
"""
HOME = "output/.scraper/board"
JOURNAL = f"{HOME}/journal.db"


@pytest.fixture
def job(site, config):
    for n in range(8):
        site.pages[f"/board?offset={n}"] = board((f"film{n}", "9.1"), (f"movie{n}", None))
        for name in (f"film{n}", f"movie{n}"):
            site.pages[f"/films/{name}"] = f"<h1>plot of {name}</h1>"
    return package.load_config(config(CONFIG.format(url=site.url)))


@pytest.fixture
def expected(job, folder):
    """What an undisturbed run publishes."""
    assert runner.run(job).exit_code == 0
    published = (folder / "output/board.jsonl").read_bytes()
    shutil.rmtree(folder / "output")
    return published


@pytest.fixture
def interrupted(job, expected, folder):
    """The state after a kill in the middle, its log not yet in the database."""
    stop = Stop()

    def keep(progress):
        if progress.fetched >= 14 and stop.signal is None:
            shutil.copytree(folder / "output", folder / "kept")
            stop.request(15)

    runner.run(job, stop=stop, on_progress=keep)
    assert (folder / "kept/.scraper/board/journal.db-wal").stat().st_size
    return folder / "kept"


def restore(folder, kept):
    shutil.rmtree(folder / "output", ignore_errors=True)
    shutil.copytree(kept, folder / "output")


def checkpoint(path):
    """Bring the log into the database, as the end of a run does."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def damage(path, chance):
    """Change one byte; return where."""
    data = bytearray(path.read_bytes())
    place = chance.randrange(len(data))
    data[place] ^= chance.randrange(1, 256)
    path.write_bytes(data)
    return place


def resume(job):
    """Return the notes of a run that came to its end, or the error that it ended with."""
    try:
        report = runner.run(job, Options(resume=True))
    except ScraperError as error:
        return str(error)
    assert report.exit_code == 0
    return report.notes


@pytest.mark.slow
@pytest.mark.timeout(600 + 12 * DAMAGES)
@pytest.mark.parametrize("part", ["", "-wal"], ids=["database", "log"])
def test_a_damaged_byte_of_the_journal_costs_a_fetch_or_is_told(part, job, expected, interrupted, folder):
    path, target = folder / JOURNAL, folder / "output/board.jsonl"
    for number in range(DAMAGES // 2):
        restore(folder, interrupted)
        if not part:
            checkpoint(path)
        place = damage(path.with_name(path.name + part), random.Random(number))
        said = resume(job)
        if isinstance(said, str):
            assert not target.exists(), f"{number}: byte {place}: {said}"
            assert "journal.db" in said
            said = resume(job)  # no damage lasts
        assert not isinstance(said, str), f"{number}: byte {place}: {said}"
        assert target.read_bytes() == expected, f"{number}: byte {place}: {said}"


@pytest.mark.slow
@pytest.mark.timeout(600 + 12 * DAMAGES)
@pytest.mark.parametrize("part", ["history.db", "httpcache"])
def test_a_damaged_byte_of_history_or_cache_changes_no_record(part, site, expected, folder, config):
    text = CONFIG.format(url=site.url).replace(
        "{robotstxt", "{httpcache_enabled: true, httpcache_policy: dummy, robotstxt"
    )
    job = package.load_config(config(text))
    for _ in range(6):  # as many good runs as there must be for a comparison
        assert runner.run(job).exit_code == 0
    shutil.copytree(folder / "output", folder / "kept")
    files = [
        path
        for path in sorted((folder / "kept").rglob("*"))
        if part in path.parts and path.is_file() and path.stat().st_size
    ]
    assert len(files) == (1 if part.endswith(".db") else 24)
    for number in range(DAMAGES // 10):
        restore(folder, folder / "kept")
        (folder / "output/board.jsonl").unlink()
        chance = random.Random(number)
        hurt = chance.choice(files).relative_to(folder / "kept")
        place = damage(folder / "output" / hurt, chance)
        report = runner.run(job)
        assert report.exit_code == 0, f"{number}: {hurt}, byte {place}: {report.notes}"
        assert (folder / "output/board.jsonl").read_bytes() == expected, f"{number}: {hurt}, byte {place}"


def test_a_page_whose_row_is_damaged_is_fetched_again_and_told(job, expected, interrupted, folder, site):
    restore(folder, interrupted)
    checkpoint(folder / JOURNAL)
    data = (folder / JOURNAL).read_bytes()
    assert data.count(b'"title":"film0"') == 1
    (folder / JOURNAL).write_bytes(data.replace(b'"title":"film0"', b'"title":"filmX"'))
    site.log.clear()
    (note,) = resume(job)
    assert note.endswith("; what the journal held of 1 pages was damaged, they are fetched again")
    assert site.asked().count("/board?offset=0") == 1
    assert (folder / "output/board.jsonl").read_bytes() == expected


@pytest.mark.parametrize("old", [b"/board?offset=3", b"crawling"], ids=["what was planned", "the run itself"])
def test_a_journal_that_is_damaged_beyond_its_pages_is_set_aside(old, job, expected, interrupted, folder):
    restore(folder, interrupted)
    checkpoint(folder / JOURNAL)
    data = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(data.replace(old, old.swapcase()))
    (note,) = resume(job)
    assert note.startswith(f"{JOURNAL}: the journal is damaged: ")
    assert "it is set aside as " in note
    assert note.endswith("this run starts fresh")
    assert (folder / "output/board.jsonl").read_bytes() == expected


@pytest.mark.parametrize("is_resuming", [False, True])
@pytest.mark.parametrize("content", [b"no database " * 400, b"SQLite format 3\0" + b"\xff" * 4080, b"S"])
def test_a_journal_that_is_no_database_is_set_aside(content, is_resuming, job, expected, folder):
    (folder / HOME).mkdir(parents=True)
    (folder / JOURNAL).write_bytes(content)
    report = runner.run(job, Options(resume=is_resuming))
    assert (report.exit_code, len(report.notes)) == (0, 1)
    assert report.notes[0].startswith(f"{JOURNAL}: the journal is damaged: file is not a database; it is set aside as")
    assert [path.read_bytes() for path in (folder / HOME / "set-aside").iterdir()] == [content]
    assert (folder / "output/board.jsonl").read_bytes() == expected


def test_a_record_that_is_damaged_while_the_run_is_on_is_not_published(job, expected, folder):
    """The cache of a small journal hides it: the file is changed through another connection."""
    with pytest.raises(ScraperError, match=r"journal\.db: the journal is damaged: a row is not as it was written"):
        runner.run(job, on_progress=lambda progress: progress.fetched >= 14 and forge(folder / JOURNAL))
    assert not (folder / "output/board.jsonl").exists()
    (note,) = resume(job)
    assert "pages was damaged, they are fetched again" in note
    assert (folder / "output/board.jsonl").read_bytes() == expected


def forge(path):
    """Change the records of a page, but not their seal."""
    with Journal(path) as journal:
        journal._db.create_function("seal", -1, lambda *_: 0)
        journal._db.execute('UPDATE content SET lines = \'{"plot":"forged"}\' WHERE id = 9')


def test_a_damaged_run_is_not_accepted(job, folder, site):
    path = folder / "board.yaml"
    path.write_text(path.read_text() + "expect: {min_records: 99}\n")
    job = package.load_config(path)
    assert runner.run(job).exit_code == 4
    data = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(data.replace(b'"title":"film0"', b'"title":"filmX"'))
    with pytest.raises(NothingToAccept, match="1 pages of it are damaged: run again"):
        runner.accept(job)
    (folder / JOURNAL).write_bytes(b"none")
    with pytest.raises(NothingToAccept, match="not a database: run again"):
        runner.accept(job)
