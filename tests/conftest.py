"""Named things that several tests use: a loopback site, a folder to work in, the command line."""

import functools
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pycurl
import pytest
from hypothesis import settings

from scraper.config.load import load_config
from scraper.errors import ConfigError
from scraper.fetch.chromium import find_program
from scraper.fetch.curl import OPTIONS
from scraper.models import Failure, Page, Request
from scraper.parse.parser import Parser
from scraper.parse.trees.parsers import PARSERS

pytest_plugins = ["tests.support.live"]
ROOT = Path(__file__).parent.parent
NO_CHROMIUM = find_program(None) is None and "REQUIRE_CHROMIUM" not in os.environ
"""Whether to leave out what needs one: CI must have it, and .ci/packages installs it."""
settings.register_profile("same", derandomize=True, database=None, deadline=None)
settings.register_profile("quick", settings.get_profile("same"), max_examples=20)
settings.register_profile("fuzz", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile("same")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell's background job has it, and all that it starts
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish():
    """Let the collector of garbage not walk through ten thousand tests again and again: a tenth of the time."""
    gc.freeze()


class Site:
    """A well-behaved site on loopback: paths with their answers, and a log of what was asked."""

    def __init__(self, host="127.0.0.1"):
        self.pages = {}
        """path (with query) → body, or (status, headers, body), or a function of the handler returning one of these."""
        self.log = []
        """(monotonic seconds, path) of every request, at its start."""
        self.busiest = self._active = 0
        self._lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                site.answer(self)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

            def handle_error(self, *_):
                """A client that goes away is no error of the site's."""

        self._server = Server((host, 0), Handler)
        self.url = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def answer(self, handler):
        with self._lock:
            self.log.append((time.monotonic(), handler.path))
            self._active += 1
            self.busiest = max(self.busiest, self._active)
        try:
            answer = self.pages.get(handler.path, (404, {}, b"not here"))
            if callable(answer):
                answer = answer(handler)
            status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
            body = body.encode() if isinstance(body, str) else body
        finally:
            with self._lock:
                self._active -= 1
        handler.send_response(status)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **headers}
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def asked(self):
        """Return the paths asked for, in order."""
        return [path for _, path in self.log]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(autouse=True)
def no_search(request, monkeypatch):
    """A run in a test that is not live starts no process to look for a mend when it ends with an alarm."""
    if not request.node.get_closest_marker("live"):
        monkeypatch.setattr("scraper.authoring.mend.at_alarm.search", lambda *_, **__: None)


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture
def boards(site):
    for offset in range(0, 100, 10):
        site.pages[f"/board?offset={offset}"] = board(*((f"film{offset + n}", f"9.{n}") for n in range(3)))
    return site


@pytest.fixture
def stuck(boards):
    """Boards of which one does not answer before it is let go."""
    gate = {"open": False}

    def hang(_):
        while not gate["open"]:
            time.sleep(0.02)
        return board(("at last", "1.0"))

    boards.pages["/board?offset=20"] = hang
    boards.gate = gate
    yield boards
    gate["open"] = True


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def config(folder):
    """A function that writes a config file and returns its path."""

    def write(text, name="board"):
        path = folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def scraper(folder):
    """A function that runs the program as cron would: no terminal, a bare environment."""

    def run(*arguments, env=None, **options):
        command = [sys.executable, "-m", "scraper", *map(str, arguments)]
        bare = {"PATH": "/usr/bin:/bin", "LANG": "C", "PYTHONPATH": str(ROOT), **(env or {})}
        return subprocess.run(
            command,
            cwd=folder,
            env=bare,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            **options,
        )

    return run


@pytest.fixture
def resolve(monkeypatch):
    """`give_addresses` for one test."""
    return functools.partial(give_addresses, monkeypatch)


def give_addresses(monkeypatch, names, ports):
    """Let each name mean its hosts in this process, for both fetchers: `{name: [host]}`, at these ports."""
    real = socket.getaddrinfo

    def look_up(host, port, *rest, **options):
        hosts = names.get(host, [host])
        return [place for one in hosts for place in real(one, port, *rest, **options)]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    told = [f"{name}:{port}:{','.join(hosts)}" for name, hosts in names.items() for port in ports]
    monkeypatch.setattr("scraper.fetch.curl.OPTIONS", (*OPTIONS, (pycurl.RESOLVE, told)))


def board(*films, link=""):
    """Return a small board page: films as (title, score)."""
    items = "".join(
        f'<dd><p class="name"><a href="/films/{title}">{title}</a></p>'
        + (f'<p class="score">{score}</p>' if score is not None else "")
        + "</dd>"
        for title, score in films
    )
    return f'<html><head><meta charset="utf-8"><title>board</title></head><body><dl>{items}</dl>{link}</body></html>'


def children(pid):
    """Return the process ids of all that a process has started and that still run."""
    found = []
    for entry in os.listdir("/proc"):  # noqa: PTH208
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry))
    return found


# --------------------------------------------------------------------------- a page and a config

URL = "https://a.example/list/page?x=1"
"""Where the pages that `parse` reads come from."""
FETCHED_AT = 1_566_432_000.0
"""2019-08-22T00:00:00Z, when they were fetched."""
OF_HTML = [name for name, one in PARSERS.items() if one.is_html]


@pytest.fixture(params=OF_HTML)
def parse(tmp_path, request):
    """A function that reads a page as a kind written in YAML (the only kind, or the one named), with each parser."""

    def parse(yaml, body, *, kind=None, params=None, content_type="text/html; charset=utf-8", url=URL, **options):
        path = tmp_path / "job.yaml"
        path.write_text(f"parser: {request.param}\n{yaml}", encoding="utf-8")
        job = load_config(path)
        name = kind or next(iter(job.kinds))
        body = body.encode() if isinstance(body, str) else body
        page = Page(url, 200, (("Content-Type", content_type),), body, FETCHED_AT)
        return Parser(job.kinds[name], **options).parse(Request(url, kind=name, params=params or {}), page)

    return parse


def records(parsed, rule=0):
    """Return the records that a page gave by one rule."""
    assert not isinstance(parsed, Failure), parsed
    return [json.loads(line) for line in parsed.lines[rule]]


@pytest.fixture
def fields(parse):
    """A function that reads fields of items (`li` by default) and gives the records."""

    def fields(text, body, each="li", **options):
        indented = text.replace("\n", "\n    ")
        yaml = f"start_urls: [https://a.example/]\nrecords:\n  each: {each}\n  fields:\n    {indented}\n"
        return records(parse(yaml, body, **options))

    return fields


@pytest.fixture
def value(parse):
    """A function that reads one field of the page itself and gives its value."""

    def value(field, body, more="", **options):
        yaml = f"start_urls: [https://a.example/]\n{more}\nrecords: {{fields: {{x: {field}}}}}\n"
        return records(parse(yaml, body, **options))[0]["x"]

    return value


@pytest.fixture
def mistake(tmp_path):
    """A function that gives the first thing that is wrong with a config, without its place."""

    def mistake(yaml):
        path = tmp_path / "job.yaml"
        path.write_text(yaml, encoding="utf-8")
        with pytest.raises(ConfigError) as error:
            load_config(path)
        return error.value.problems[0].message

    return mistake
