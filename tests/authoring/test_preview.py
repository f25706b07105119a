"""preview shows what a config reads of one page; init and preview together, as a new user would have it."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from tests.conftest import ROOT, board

CONFIG = """
start_urls: ["{url}"]
records:
  each: dd
  fields:
    title: {{css: p.name a, required: true}}
    score: {{css: p.score, type: float}}
    link: {{css: p.name a, attr: href, type: url}}
    stars: p.scores
follow: [{{css: a.next}}]
"""
FILMS = [("Ran", 8.2), ("Ikiru", "good"), ("Tokyo Story", None)]


def lines_of(done):
    return [" ".join(line.split()) for line in done.stdout.splitlines()]


def test_a_page_is_fetched_and_shown_and_nothing_is_written(scraper, site, config, folder):
    site.pages["/board"] = board(*FILMS, link='<a class="next" href="/2">on</a>')
    path = config(CONFIG.format(url=f"{site.url}/board"))
    done = scraper("preview", path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = lines_of(done)
    assert "records board: each css 'dd': 3 items, 3 records" in lines
    assert f"1 Ran 8.2 {site.url}/films/Ran -" in [line.replace("…", "") for line in lines]
    assert "score 2/3 1/3 css 'p.score' 8.2 8.2" in lines
    assert "score: nothing in 1 item (number 3)" in lines
    assert "score: 1 malformed: 'good' is no number" in lines
    nearest = "the nearest that does: css `p.score` matches in 2 of 3 items"
    assert f"stars: css `p.scores` matches nothing; {nearest}" in lines
    assert lines[-2:] == ["follow css 'a.next' → attr 'href' to page 'board': 1 link", f"{site.url}/2"]
    assert site.asked() == ["/robots.txt", "/board"]
    assert [path.name for path in folder.iterdir()] == ["board.yaml"]


def test_another_url_is_read_with_the_config_and_gets_none_of_its_secrets(scraper, site, config):
    seen = []

    def answer(handler):
        seen.append(dict(handler.headers))
        return board(*FILMS)

    site.pages["/own"] = site.pages["/other"] = answer
    text = CONFIG.format(url=f"{site.url}/own") + "settings: {headers: {X-Key: hush}, auth: {user: me, password: hush}}"
    assert scraper("preview", config(text), f"{site.url}/other").returncode == 0
    assert scraper("preview", config(text), f"{site.url.replace('127.0.0.1', 'localhost')}/other").returncode == 0
    own, other = seen
    assert own["X-Key"] == "hush"
    assert not {"X-Key", "Authorization"} & set(other)


def test_redirects_and_robots_count_as_in_any_run(scraper, site, config):
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /secret"
    site.pages["/old"] = (302, {"Location": "/board"}, b"")
    site.pages["/board"] = board(*FILMS)
    path = config(CONFIG.format(url=f"{site.url}/old"))
    assert f"{site.url}/board: " in scraper("preview", path).stdout
    done = scraper("preview", path, f"{site.url}/secret")
    assert done.returncode == 4
    assert "robots" in done.stdout
    assert "/secret" not in site.asked()


@pytest.mark.parametrize("name", ["page.html", "folder/page.html", "folder"])
def test_a_saved_page_needs_no_network(name, scraper, config, folder):
    (folder / "folder").mkdir()
    (folder / "folder" / "meta.yaml").write_text("url: http://a.example/recorded\n")
    for path in (folder / "page.html", folder / "folder" / "page.html"):
        path.write_text(board(*FILMS))
    done = scraper("preview", config(CONFIG.format(url="http://a.example/start")), name)
    url = "http://a.example/start" if name == "page.html" else "http://a.example/recorded"
    assert done.returncode == 0
    assert done.stdout.startswith(f"{url}: ")
    assert "http://a.example/films/" in done.stdout


def test_recorded_pages_serve_as_in_a_replay(scraper):
    config = ROOT / "configs" / "maoyan.yaml"
    done = scraper("preview", config, "--replay", ROOT / "fixtures" / "maoyan")
    assert done.returncode == 0
    assert "霸王别姬" in done.stdout
    done = scraper("preview", config, "https://www.maoyan.com/board/4?offset=20", "--replay", ROOT / "fixtures/maoyan")
    assert "read as page 'top100'" in done.stdout
    assert "10 records" in done.stdout


def test_a_page_of_no_start_url_is_read_with_the_kind_that_reads_the_most(scraper):
    page = ROOT / "fixtures" / "books" / "how-to-talk-to-a-kettle"
    done = scraper("preview", ROOT / "configs" / "books.yaml", page)
    assert "read as page 'book'" in done.stdout
    assert "of the kinds of pages 'book' reads the most here; less: 'list' (0 values)" in done.stdout


def test_a_page_without_records_says_why_and_exits_as_a_run_would(scraper, config, folder):
    (folder / "captcha.html").write_text("<h1>verify you are human</h1>")
    text = CONFIG.format(url="http://a.example/") + "expect: {blocked_if: [verify you]}"
    done = scraper("preview", config(text), "captcha.html")
    assert done.returncode == 4
    assert "a run would count this page as failed: blocked: http://a.example/: matches blocked_if 'verify you'" in (
        done.stdout
    )


def test_records_dropped_for_want_of_a_field_are_counted(scraper, config, folder):
    (folder / "page.html").write_text(board(*FILMS))
    text = CONFIG.format(url="http://a.example/").replace("css: p.score, type: float", "css: p.score, required: true")
    done = scraper("preview", config(text), "page.html")
    assert "3 items, 2 records" in done.stdout
    assert "score: required, and 1 records are dropped for want of it" in done.stdout


def test_a_value_of_params_that_nobody_gives_is_null(scraper, config, folder):
    text = """
pages:
  list:
    start_urls: ["http://a.example/"]
    records: {each: li, fields: {t: a}}
    follow: [{css: a, page: one, params: {shelf: h1}}]
  one: {records: {fields: {title: h1, shelf: {value: "{shelf}"}, both: {value: "{shelf}-{title}"}}}}
"""
    (folder / "page.html").write_text("<h1>Sencha</h1>")
    done = scraper("preview", config(text), "page.html")
    assert done.returncode == 0
    assert "shelf  1/1" not in done.stdout
    assert "1  Sencha  -      -" in done.stdout


def test_many_fields_are_shown_one_a_line(scraper, config, folder):
    fields = ", ".join(f"field_number_{n}: a" for n in range(12))
    (folder / "page.html").write_text(board(*FILMS))
    path = config(f"start_urls: ['http://a.example/']\nrecords: {{each: dd, fields: {{{fields}}}}}")
    done = scraper("preview", path, "page.html", env={"COLUMNS": "80"})
    lines = lines_of(done)
    assert "field record 1 record 2" in lines
    assert "field_number_11 Ran Ikiru" in lines
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_a_screen_that_cannot_show_a_character_shows_its_number(scraper, config, folder):
    (folder / "page.html").write_text(board(("霸王别姬", 9.6)), encoding="utf-8")
    env = {"PYTHONIOENCODING": "latin-1", "LC_ALL": "C"}
    done = scraper("preview", config(CONFIG.format(url="http://a.example/")), "page.html", env=env)
    assert done.returncode == 0
    assert "\\u9738" in done.stdout


@pytest.mark.parametrize("arguments", [["preview", "board.yaml"], ["init", "{url}/slow"]])
def test_ctrl_c_ends_the_wait_for_a_page_without_a_trace(arguments, site, config, folder):
    asked, gone = threading.Event(), threading.Event()

    def answer(_):
        asked.set()
        gone.wait(90)
        return board(*FILMS)

    site.pages["/slow"] = answer
    config(CONFIG.format(url=f"{site.url}/slow"))
    command = [sys.executable, "-m", "scraper", *(text.format(url=site.url) for text in arguments)]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert asked.wait(90)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=90)
        gone.set()
    assert process.returncode == 130
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["preview", "board.yaml", "nowhere.html"], "expected a URL that begins with http:// or https://"),
        (["init", "board.yaml", "http://a.example/"], "Got unexpected extra argument (http://a.example/)"),
        (["init", "nowhere.html"], "expected a URL that begins with http:// or https://"),
    ],
)
def test_a_wrong_command_says_what_is_expected(arguments, message, scraper, config):
    config(CONFIG.format(url="http://a.example/"))
    done = scraper(*arguments)
    assert done.returncode == 2
    assert message in done.stderr


# --------------------------------------------------------------------------- as a new user would


def test_a_config_is_drafted_of_a_url_and_runs(scraper, site, folder):
    site.pages["/board"] = board(*[(f"Film {n}", n + 0.5) for n in range(8)])
    done = scraper("init", f"{site.url}/board", "--output", "films.yaml")
    assert done.returncode == 0
    assert "python -m scraper preview films.yaml" in done.stderr
    assert scraper("check", "films.yaml").returncode == 0
    done = scraper("preview", "films.yaml")
    assert done.returncode == 0
    assert "8 items, 8 records" in done.stdout
    assert scraper("films.yaml", "-s", "download_delay=0").returncode == 0
    records = [json.loads(line) for line in (folder / "output" / "films.jsonl").read_text().splitlines()]
    assert records[1] == {"name": "Film 1", "url": f"{site.url}/films/Film%201", "score": 1.5}


def test_a_draft_goes_to_the_screen_unless_a_new_file_is_named(scraper, folder):
    (folder / "page.html").write_text(board(*[(f"Film {n}", n + 0.5) for n in range(8)]))
    done = scraper("init", "page.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  each: dl > dd" in done.stdout
    (folder / "mine.yaml").write_text("mine")
    done = scraper("init", "page.html", "--output", "mine.yaml")
    assert done.returncode == 1
    assert "already there" in done.stderr
    assert (folder / "mine.yaml").read_text() == "mine"


def test_a_draft_of_a_page_that_cannot_be_had_says_why(scraper, site):
    done = scraper("init", f"{site.url}/gone")
    assert done.returncode == 1
    assert "http 404" in done.stderr
    done = scraper("init", f"{site.url}/x", "-s", "download_delai=1")
    assert done.returncode == 78
    assert "did you mean 'download_delay'" in done.stderr
    done = scraper("init", "http://")
    assert done.returncode == 78
    assert "http://: " in done.stderr
    assert "page.yaml" not in done.stderr


MENU = """
<dl><dd><p class=name>Ran</p><i class=v>s<b>1</b></i><i class=v>m<b>two</b></i></dd>
<dd><p class=name>Ikiru</p></dd><dd><p class=name>Rashomon</p><i class=v>l<b>3</b></i></dd></dl>
<table><tr><th>a<th>b<tr><td>1<td>2</table>
"""


def test_lists_of_objects_conditions_and_tables_are_shown_as_they_will_be_written(scraper, site, config):
    site.pages["/menu"] = MENU
    head = f'start_urls: ["{site.url}/menu"]\n'
    sizes = "sizes: {each: .v, fields: {size: {css: ., get: own_text}, price: {css: b, type: int}}}"
    fields = f"each: dd, fields: {{name: p.name, {sizes.replace('css: ., ', '')}}}"
    lines = lines_of(scraper("preview", config(f"{head}records: {{{fields}}}")))
    assert "records board: each css 'dd': 3 items, 3 records" in lines
    assert any(line.startswith("sizes 2/3 2/3 each css '.v'") for line in lines)
    assert "sizes: 1 malformed: 'two' is no number" in lines
    assert not [line for line in lines if "the first counts" in line]
    where = "where: {name: {not: {in: [Rashomon]}}}"
    done = scraper("preview", config(f"{head}records: {{{fields}, explode: sizes, {where}}}"))
    lines = lines_of(done)
    assert "records board: each css 'dd': 3 items, 2 records" in lines
    assert "sizes: required, and 1 records are dropped for want of it" in lines
    assert "1 records are left out by where (name)" in lines
    lines = lines_of(scraper("preview", config(f"{head}records: {{each: {{table: table}}}}")))
    assert "records board: each table 'table': 1 item, 1 record" in lines
    assert "1 1 2" in lines
