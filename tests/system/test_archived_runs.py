"""Whole runs that are recorded in a WARC and repeated from archives: by the command line, killed and resumed."""

import json
import random
import signal
import time
from urllib.parse import parse_qs

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.conftest import board
from tests.support.archives import entry, har, http, record, write_warc
from tests.system.test_crash import ROUNDS, end, job, kill, slow_boards, start  # noqa: F401 (a fixture)

CONFIG = """
start_urls: ["{url}/board?offset=0"]
records: {{each: dd, fields: {{title: p.name, score: {{css: p.score, type: float}}}}}}
follow: [a.next]
settings: {{fetcher: {fetcher}, pool: {{engine: {engine}}}, contact: t@example.com}}
"""
POSTS = """
pages:
  found:
    start_urls: ["{url}/search"]
    params: {{word: [tea, cups]}}
    request: {{method: POST, form: {{q: "{{word}}", key: "${{API_KEY}}"}}}}
    records: {{each: li, fields: {{name: b}}}}
settings: {{robotstxt_obey: false, retry_times: 0}}
"""
FILM = board(("film", "9.1"), ("movie", None))


def valid(path):
    """Return the types of the records, all digests checked by another reader."""
    with path.open("rb") as file:
        return [(one.rec_type, one.content_stream().read())[0] for one in ArchiveIterator(file, check_digests="raise")]


@pytest.fixture
def linked(site):
    """A board that leads to another by a redirect and that is asked for again once, and a robots.txt."""
    tries = iter([503, 200])
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /secret\n"
    site.pages["/board?offset=0"] = lambda _: (
        next(tries, 200),
        {"Set-Cookie": "sid=hush", "Retry-After": "0"},
        board(("霸王别姬", "9.6"), link='<a class=next href="/moved">next</a>'),
    )
    site.pages["/moved"] = (302, {"Location": "/board?offset=10"}, b"")
    site.pages["/board?offset=10"] = FILM
    return site


@pytest.mark.parametrize("engine", ["threads", "processes"])
@pytest.mark.parametrize("fetcher", ["requests", "curl"])
def test_a_run_is_recorded_in_a_warc_and_repeated_from_it(scraper, config, folder, linked, fetcher, engine):
    path = config(CONFIG.format(url=linked.url, fetcher=fetcher, engine=engine))
    done = scraper(path, "--record", "saved/a.warc.gz")
    assert done.returncode == 0, done.stderr
    published = (folder / "output/board.jsonl").read_bytes()
    assert [each.name for each in (folder / "saved").iterdir()] == ["a.warc.gz"]
    assert valid(folder / "saved/a.warc.gz").count("response") == 5
    linked.pages.clear()
    asked = len(linked.log)
    again = scraper(path, "--replay", "saved/a.warc.gz")
    assert again.returncode == 0, again.stderr
    assert (folder / "output/board.jsonl").read_bytes() == published
    assert len(linked.log) == asked
    assert "note 1 of 4 recorded exchanges were captured more than once; the last of each counts" in again.stderr


def test_posts_come_back_by_their_bodies_and_no_secret_is_in_the_archive(scraper, config, folder, site):
    def search(handler):
        asked = parse_qs(handler.rfile.read(int(handler.headers["Content-Length"])).decode())
        return f"<ul><li><b>{asked['q'][0]}</b></li></ul>"

    site.pages["/search"] = search
    path = config(POSTS.format(url=site.url))
    for name in ("a.warc", "folder"):
        done = scraper(path, "--record", name, env={"API_KEY": "hush-hush-9"})
        assert done.returncode == 0, done.stderr
    published = (folder / "output/board.jsonl").read_bytes()
    assert b"tea" in published
    assert b"hush" not in (folder / "a.warc").read_bytes()
    site.pages.clear()
    for name in ("a.warc", "folder"):
        (folder / "output/board.jsonl").unlink()
        assert scraper(path, "--replay", name, env={"API_KEY": "another-key"}).returncode == 0
        assert (folder / "output/board.jsonl").read_bytes() == published


def test_an_archive_of_another_program_is_replayed_previewed_and_drafted_from(scraper, config, folder):
    url = "http://site.example"
    page = board(*((f"film{n}", f"9.{n}") for n in range(3)), link='<a class=next href="/moved">next</a>').encode()
    records = [
        record(b"software: w\r\n", "x", "warcinfo", content_type="application/warc-fields"),
        record(http(page), f"<{url}/board?offset=0>"),
        record(http(b"", "Location: /board?offset=10", status="301 Moved"), f"{url}/moved"),
        record(http(FILM.encode()), f"{url}/board?offset=10"),
    ]
    write_warc(folder / "a.warc.gz", *records)
    (folder / "a.har").write_text(json.dumps(har(
        entry(f"{url}/board?offset=0", text=page.decode()),
        entry(f"{url}/moved", status=301, headers=[("location", f"{url}/board?offset=10")]),
        entry(f"{url}/board?offset=10", text=FILM, headers=[("content-encoding", "br")]),
    )))  # fmt: skip
    path = config(CONFIG.format(url=url, fetcher="requests", engine="processes"))
    for name in ("a.warc.gz", "a.har"):
        done = scraper(path, "--replay", name)
        assert done.returncode == 0, done.stderr
        titles = [json.loads(line)["title"] for line in (folder / "output/board.jsonl").read_text().splitlines()]
        assert titles == ["film0", "film1", "film2", "film", "movie"]
        assert "film1" in scraper("preview", path, name).stdout
        assert "movie" in scraper("preview", path, f"{url}/board?offset=10", "--replay", name).stdout
        drafted = scraper("init", name)
        assert (drafted.returncode, f"{url}/board?offset=0" in drafted.stdout) == (0, True), drafted.stderr
        drafted = scraper("init", f"{url}/board?offset=0", "--replay", name)
        assert (drafted.returncode, "dd" in drafted.stdout) == (0, True), drafted.stderr


def test_wrong_archives_end_with_exit_2_and_nothing_is_published(scraper, config, folder, site):
    path = config(CONFIG.format(url=site.url, fetcher="requests", engine="processes"))
    write_warc(folder / "cut.warc", record(http(b"x" * 500)))
    (folder / "cut.warc").write_bytes((folder / "cut.warc").read_bytes()[:-100])
    (folder / "no.har").write_text("{}")
    (folder / "file").write_text("x")
    for words, told in (
        (["--replay", "cut.warc"], "cut.warc: is damaged or cut behind its first 0 records"),
        (["--replay", "no.har"], "no.har: expected a HAR"),
        (["--replay", "file"], "file: expected a folder that --record made, a WARC"),
        (["--replay", "nowhere.warc.gz"], "nowhere.warc.gz: expected a folder that --record made, a WARC"),
        (["--record", "a.har"], "other archives are only read"),
        (["--record", "file"], "file is a file; expected a folder, x.warc.gz or x.warc"),
    ):
        done = scraper(path, *words)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
        assert "Traceback" not in done.stderr
    assert not list((folder / "output").glob("*.jsonl"))


def test_each_run_has_an_archive_of_its_own_and_ten_are_kept(scraper, config, folder, linked):
    path = config(CONFIG.format(url=linked.url, fetcher="requests", engine="threads"))
    (folder / "saved").mkdir()
    for n in range(12):
        (folder / f"saved/20250101T0000{n:02}.000Z.warc.gz").touch()
    assert scraper(path, "--record", "saved/{run}.warc.gz").returncode == 0
    names = sorted(each.name for each in (folder / "saved").iterdir())
    assert len(names) == 10
    assert valid(folder / "saved" / names[-1])


@pytest.mark.slow
@pytest.mark.timeout(200 * ROUNDS)
def test_a_killed_recording_leaves_no_archive_and_a_resumed_one_holds_every_page(folder, config, slow_boards):  # noqa: F811
    path = config(job(slow_boards, pages=20))
    for number in range(ROUNDS):
        chance = random.Random(number)
        for _ in range(4):
            run = start(folder, path, "--resume", "--record", "a.warc.gz")
            time.sleep(chance.uniform(0.4, 1.2))
            kill(run.pid)
            end(run)
            if (folder / "a.warc.gz").exists():
                valid(folder / "a.warc.gz")
        code, said = end(start(folder, path, "--resume", "--record", "a.warc.gz"))
        assert code == 0, said
        published = (folder / "output/board.jsonl").read_bytes()
        valid(folder / "a.warc.gz")
        code, said = end(start(folder, path, "--replay", "a.warc.gz", "--output", "again.jsonl"))
        assert code == 0, said
        assert (folder / "again.jsonl").read_bytes() == published
        assert not [each.name for each in folder.iterdir() if each.name.endswith(".part")]
        (folder / "a.warc.gz").unlink()


def test_an_interrupted_recording_goes_on_where_it_was(folder, config, slow_boards):  # noqa: F811
    path = config(job(slow_boards, pages=20))
    run = start(folder, path, "--record", "a.warc.gz")
    deadline = time.monotonic() + 60
    while len(slow_boards.log) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    assert end(run)[0] == 130
    assert not (folder / "a.warc.gz").exists()
    code, said = end(start(folder, path, "--resume", "--record", "a.warc.gz"))
    assert code == 0, said
    assert valid(folder / "a.warc.gz").count("response") >= 60


def test_what_cannot_be_replayed_or_recorded_costs_no_run_that_can_be_gone_on_with(folder, config, slow_boards):  # noqa: F811
    write_warc(folder / "cut.warc", record(http(b"x" * 500)))
    (folder / "cut.warc").write_bytes((folder / "cut.warc").read_bytes()[:-100])
    (folder / "file").write_text("x")
    (folder / "empty").mkdir()
    (folder / "wrong/page").mkdir(parents=True)
    (folder / "wrong/page/meta.yaml").write_text("status: 200")
    path = config(job(slow_boards, pages=20))
    run = start(folder, path)
    deadline = time.monotonic() + 60
    while len(slow_boards.log) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    assert end(run)[0] == 130
    for wrong in ("cut.warc", "file", "empty", "wrong", "nowhere"):
        assert end(start(folder, path, "--replay", wrong))[0] == 2
    assert end(start(folder, path, "--record", "file"))[0] == 2
    assert end(start(folder, path, "--record", "file/a.warc.gz"))[0] == 1
    code, said = end(start(folder, path, "--resume"))
    assert (code, "note resumed run" in said) == (0, True), said
