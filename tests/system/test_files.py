"""Fields of type file: what they name is downloaded once, politely, whole or not at all, and the record says so."""

import contextlib
import csv
import hashlib
import json
import random
import re
import sqlite3
import time
from pathlib import Path

import pyarrow.parquet
import pytest

from scraper.config.load import load_config
from scraper.errors import ConfigError
from tests.support.shop import run
from tests.system.test_crash import ROUNDS, end, kill, start

CONFIG = """
start_urls: ["{url}/"]
records:
  each: li
  fields:
    name: b
    images: {{css: img, attr: src, type: file, many: true}}
    paper: {{css: a, attr: href, type: file}}
settings:
  {{fetcher: {fetcher}, pool: {{engine: {engine}}}, retry_times: 0, contact: a@b.c, robotstxt_obey: false{more}}}
"""
PDF = b"%PDF" + bytes(range(256)) * 2000


def job(site, fetcher="requests", engine="threads", more=""):
    return CONFIG.format(url=site.url, fetcher=fetcher, engine=engine, more=more)


def picture(n):
    return b"\xff\xd8" + b"%d" % n * 5000


def jpeg(body, **headers):
    return 200, {"Content-Type": "image/jpeg", **headers}, body


@pytest.fixture
def shop(site):
    """Items with a picture each, one that all share, and papers behind redirects."""
    items = "".join(
        f'<li><b>n{n}</b><img src="/i/{n}.jpg#top"><img src="/i/all.jpg"><a href="/pdf?{n}">p</a></li>'
        for n in range(6)
    )
    site.pages["/"] = f"<ul>{items}<li><b>none</b></li></ul>"
    site.pages["/i/all.jpg"] = jpeg(picture(99))
    for n in range(6):
        site.pages[f"/i/{n}.jpg"] = jpeg(picture(n))
        site.pages[f"/pdf?{n}"] = (302, {"Location": "/files/doc.PDF"}, b"")
    site.pages["/files/doc.PDF"] = (200, {"Content-Type": "application/octet-stream"}, PDF)
    return site


def records(folder, name="board"):
    return [json.loads(line) for line in (folder / f"output/{name}.jsonl").read_text().splitlines()]


def told(url, body, kind, end):
    digest = hashlib.sha256(body).hexdigest()
    return {"url": url, "path": f"output/files/{digest}.{end}", "size": len(body), "type": kind, "checksum": digest}


@pytest.mark.parametrize("engine", ["threads", "processes"])
@pytest.mark.parametrize("fetcher", ["requests", "curl"])
def test_each_file_is_fetched_once_and_the_record_holds_what_is_known_of_it(
    scraper, config, folder, shop, fetcher, engine
):
    done = scraper(config(job(shop, fetcher, engine)))
    assert done.returncode == 0, done.stderr
    found = records(folder)
    shared = told(f"{shop.url}/i/all.jpg", picture(99), "image/jpeg", "jpg")
    for n in range(6):
        first = told(f"{shop.url}/i/{n}.jpg", picture(n), "image/jpeg", "jpg")
        paper = told(f"{shop.url}/pdf?{n}", PDF, "application/octet-stream", "pdf")
        assert found[n] == {"name": f"n{n}", "images": [first, shared], "paper": paper}
    assert found[6] == {"name": "none", "images": [], "paper": None}
    assert [shop.asked().count(f"/i/{name}.jpg") for name in (0, 5, "all")] == [1, 1, 1]
    files = {path.name: path.read_bytes() for path in (folder / "output/files").iterdir()}
    assert len(files) == 8
    assert all(hashlib.sha256(body).hexdigest() == name.partition(".")[0] for name, body in files.items())


def test_a_file_that_does_not_come_is_null_counted_and_named(scraper, config, folder, shop):
    shop.pages["/i/2.jpg"] = (404, {}, b"gone")
    shop.pages["/i/3.jpg"] = jpeg(b"")
    shop.pages["/"] = shop.pages["/"].replace("/pdf?4", "http://127.0.0.2:9/secret").replace("/pdf?5", "mailto:a@b")
    done = scraper(config(job(shop)))
    assert done.returncode == 3, done.stderr
    found = records(folder)
    assert found[2]["images"][0] is None
    assert found[2]["images"][1] is not None
    assert found[3]["images"][0] is None
    assert found[4]["paper"] is None
    assert f"failed {shop.url}/i/2.jpg: http 404" in done.stderr
    assert f"failed {shop.url}/i/3.jpg: empty: " in done.stderr
    assert "failed http://127.0.0.2:9/secret: private address" in done.stderr
    assert "lost 1 of 12 pages of _files: http 404" in done.stderr


def test_many_files_that_do_not_come_are_an_alarm(scraper, config, folder, shop):
    for n in range(6):
        shop.pages[f"/i/{n}.jpg"] = (500, {}, b"")
        shop.pages[f"/pdf?{n}"] = (500, {}, b"")
    done = scraper(config(job(shop)))
    assert done.returncode == 4
    assert "ALARM max_error_rate" in done.stderr
    assert "_files" in done.stderr


def test_robots_scope_and_size_hold_for_files_each_as_it_should(scraper, config, folder, shop):
    other = shop.url.replace("127.0.0.1", "localhost")
    shop.pages["/"] = shop.pages["/"].replace("/i/1.jpg", f"{other}/i/1.jpg")
    shop.pages["/robots.txt"] = "User-agent: *\nDisallow: /pdf\n"
    shop.pages["/i/2.jpg"] = jpeg(bytes(300_000))
    text = job(shop, more=", files_maxsize: 200000").replace("robotstxt_obey: false, ", "")
    text = text.replace("robotstxt_obey: false", "robotstxt_obey: true").replace(
        f'"{shop.url}/"', f'"{shop.url}/", "{other}/x"'
    )
    shop.pages["/x"] = shop.pages["/"]
    done = scraper(config(text))
    found = records(folder) if done.returncode in (0, 3) else []
    assert [one["paper"] for one in found[:6]] == [None] * 6, done.stderr
    assert found[1]["images"][0]["url"] == f"{other}/i/1.jpg"
    assert found[2]["images"][0] is None
    assert "expected at most 200000 bytes (files_maxsize), there are more" in done.stderr
    assert not [path for path in shop.asked() if path.startswith("/pdf")]


def test_a_later_run_asks_only_whether_a_file_has_changed(scraper, config, folder, shop):
    def tagged(n, body):
        def answer(handler):
            is_same = handler.headers["If-None-Match"] == f'"{len(body)}"'
            return (304, {"ETag": f'"{len(body)}"'}, b"") if is_same else jpeg(body, ETag=f'"{len(body)}"')

        shop.pages[f"/i/{n}.jpg"] = answer

    for n in range(6):
        tagged(n, picture(n))
    path = config(job(shop))
    assert scraper(path).returncode == 0
    first = records(folder)
    before = {each.name: each.stat().st_mtime_ns for each in (folder / "output/files").iterdir()}
    tagged(3, b"new picture")
    (folder / first[4]["images"][0]["path"]).unlink()
    for _ in range(2):
        done = scraper(path)
        assert done.returncode == 0, done.stderr
        again = records(folder)
        assert again[3]["images"][0]["checksum"] == hashlib.sha256(b"new picture").hexdigest()
        assert (folder / again[4]["images"][0]["path"]).read_bytes() == picture(4)
        assert [one for n, one in enumerate(again) if n != 3] == [one for n, one in enumerate(first) if n != 3]
    after = {each.name: each.stat().st_mtime_ns for each in (folder / "output/files").iterdir()}
    kept = first[0]["images"][0]["checksum"] + ".jpg"
    assert after[kept] == before[kept]
    assert "6 unchanged" in done.stderr or "unchanged 6" in done.stderr, done.stderr


def test_a_template_names_the_files_and_other_formats_hold_them_as_json(scraper, config, folder, shop):
    store = ', files_store: "media/{name}/{url_sha1}-{file}.{ext}"'.replace("{", "{{").replace("}", "}}")
    text = job(shop, more=store.replace("{{", "{").replace("}}", "}"))
    for suffix in ("csv", "parquet"):
        done = scraper(config(text + f"output: {{path: output/board.{suffix}}}\n"))
        assert done.returncode == 0, done.stderr
    digest = hashlib.sha1(f"{shop.url}/i/0.jpg".encode()).hexdigest()
    assert (folder / f"media/board/{digest}-0.jpg").read_bytes() == picture(0)
    row = pyarrow.parquet.read_table(folder / "output/board.parquet").to_pylist()[0]
    assert json.loads(row["paper"])["size"] == len(PDF)
    assert json.loads(row["images"][0])["url"] == f"{shop.url}/i/0.jpg"
    assert f'""path"":""media/board/{digest}-0.jpg""' in (folder / "output/board.csv").read_text()


def test_pages_that_join_a_record_bring_their_files_and_replays_write_them_too(scraper, config, folder, site):
    config_text = f"""
pages:
  list:
    start_urls: ["{site.url}/"]
    records: {{each: li, fields: {{name: b}}, follow: [{{css: a, page: detail, merge: true}}]}}
  detail: {{records: {{fields: {{plot: h1, cover: {{css: img, attr: src, type: file}}}}}}}}
settings: {{robotstxt_obey: false, retry_times: 0, download_maxsize: 2000}}
"""
    site.pages["/"] = '<ul><li><b>one</b><a href="/d">d</a></li></ul>'
    site.pages["/d"] = '<h1>plot</h1><img src="/c.png">'
    site.pages["/c.png"] = (200, {"Content-Type": "image/png"}, b"\x89PNG" + bytes(5000))
    path = config(config_text)
    for name in ("saved", "saved.warc.gz"):
        done = scraper(path, "--record", name)
        assert done.returncode == 0, done.stderr
    published = (folder / "output/board.jsonl").read_bytes()
    (file,) = (folder / "output/files").iterdir()
    assert records(folder)[0]["cover"]["path"] == f"output/files/{file.name}"
    site.pages.clear()
    for name in ("saved", "saved.warc.gz"):
        file.unlink()
        assert scraper(path, "--replay", name, "-s", "parse_in=worker").returncode == 0
        assert (folder / "output/board.jsonl").read_bytes() == published
        assert file.read_bytes() == b"\x89PNG" + bytes(5000)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: b", "_x: {css: b, type: file}", "a field that is not written has no file"),
        ("name: b", "rows: {each: p, fields: {a: {css: a, attr: href, type: file}}}", "not in a list of objects"),
        ("  fields:", "  key: [paper]\n  fields:", "is no key"),
        ("name: b", "x: {css: b, type: file, default: none}", "expected a value of type file"),
        ("engine: threads", "engine: dask, address: 'tcp://h:1'", "type: file needs processes or threads"),
        ("retry_times: 0", "files_store: 'out/{ext}'", "expected {sha256} or {url_sha1} in it"),
        ("retry_times: 0", "files_store: 'out/{sha}.{ext}'", "unknown name {sha}"),
        ("retry_times: 0", "files_store: '../{sha256}'", "the path leads out of its folder"),
    ],
)
def test_a_mistake_in_what_is_said_of_files_is_told(config, folder, old, new, told):
    text = CONFIG.format(url="http://site.example", fetcher="requests", engine="threads", more="")
    with pytest.raises(ConfigError, match=re.escape(told)):
        load_config(config(text.replace(old, new, 1)))


def test_check_tells_where_files_go(scraper, config, folder, shop):
    done = scraper("check", config(job(shop)))
    assert "files: to output/files/{sha256}.{ext}, each of at most 104,857,600 bytes" in done.stdout
    assert "images  css 'img' → attr 'src' → many → file" in done.stdout


@pytest.mark.slow
@pytest.mark.timeout(200 * ROUNDS)
def test_a_killed_run_leaves_no_half_file_and_its_resume_fetches_the_rest(folder, config, scraper, shop):
    bodies = {}
    for n in range(6):
        bodies[n] = bytes([n]) * 2_000_000

        def slow(handler, n=n):
            time.sleep(0.05)
            return jpeg(bodies[n])

        shop.pages[f"/i/{n}.jpg"] = slow
    path = config(job(shop, engine="processes"))
    assert scraper(path).returncode == 0
    expected = (folder / "output/board.jsonl").read_bytes()
    for number in range(ROUNDS):
        chance = random.Random(number)
        for each in (folder / "output/files").iterdir():
            each.unlink()
        for file in (folder / "output/.scraper/board").glob("*.db*"):
            file.unlink()
        for _ in range(4):
            run = start(folder, path, "--resume")
            time.sleep(chance.uniform(0.3, 0.9))
            kill(run.pid)
            end(run)
            for each in (folder / "output/files").glob("[!.]*"):
                assert hashlib.sha256(each.read_bytes()).hexdigest() == each.name.partition(".")[0]
        code, said = end(start(folder, path, "--resume"))
        assert code == 0, said
        assert (folder / "output/board.jsonl").read_bytes() == expected
        assert len(list((folder / "output/files").glob("*"))) == 8
        assert not list((folder / "output/files").glob(".*"))


BOOK = """
start_urls: ["http://shop.example/"]
records: {{each: li, key: [name], fields: {{name: b, image: {{css: img, attr: src, type: file}}}}}}
output: {{path: "output/board.{suffix}", mode: update, changes: true, times: [gone_at]}}
expect: {{compare_to_last: 0, max_error_rate: 1}}
settings: {{retry_times: 0, contact: a@b.c, robotstxt_obey: false, pool: {{engine: threads}}}}
"""


def published(suffix):
    """Return the image of each record, and whether the record is gone."""
    rows = records_of(suffix)
    images = [row["image"] if suffix == "jsonl" else row["image"] and json.loads(row["image"]) for row in rows]
    return {row["name"]: (image, bool(row["gone_at"])) for row, image in zip(rows, images, strict=True)}


def records_of(suffix):
    path = Path(f"output/board.{suffix}")
    if suffix == "jsonl":
        return [json.loads(line) for line in path.read_text().splitlines()]
    if suffix == "parquet":
        return pyarrow.parquet.read_table(path).to_pylist()
    if suffix == "csv":
        with path.open(newline="") as file:
            return [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute("SELECT * FROM board ORDER BY rowid")]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet", "sqlite"])
def test_files_of_records_that_are_kept_up_to_date_are_told_of_where_they_change(monkeypatch, config, folder, suffix):
    def day(*names, **images):
        items = "".join(f'<li><b>{name}</b><img src="/{name}.jpg">' for name in names)
        pages = {"/": items} | {f"/{name}.jpg": jpeg(body.encode()) for name, body in images.items()}
        assert run(monkeypatch, path, pages).exit_code in (0, 3)

    def image(name, body):
        return told(f"http://shop.example/{name}.jpg", body.encode(), "image/jpeg", "jpg")

    path = config(BOOK.format(suffix=suffix))
    day("a", "b", "c", a="one", b="two", c="three")
    day("a", "b", "d", a="one", b="two, again")  # the file of d does not come
    day("a", "b", "d", a="one", d="four")  # that of b does not, and is what it was
    assert published(suffix) == {
        "a": (image("a", "one"), False),
        "b": (image("b", "two, again"), False),
        "c": (image("c", "three"), True),
        "d": (image("d", "four"), False),
    }
    lines = [json.loads(line) for line in Path("output/board.changes.jsonl").read_text().splitlines()]
    seen = [(line["key"]["name"], line["change"], line.get("fields")) for line in lines]
    assert seen == [
        *((name, "new", None) for name in "abc"),
        ("b", "changed", {"image": {"was": image("b", "two"), "is": image("b", "two, again")}}),
        ("c", "gone", None),
        ("d", "new", None),
        ("d", "changed", {"image": {"was": None, "is": image("d", "four")}}),
    ]
    assert all((folder / one["path"]).is_file() for one, _ in published(suffix).values())
