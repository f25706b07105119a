"""A secret planted in every setting that may hold one, and then looked for in all that a run leaves behind.

The server answers with what leaks: it repeats the secrets in redirects, errors and links, in other spellings.
"""

import base64
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote, urlsplit

import pytest

import scraper as package
from scraper.config.load import load_config
from scraper.errors import ConfigError, LoginFailed
from scraper.job.yamldoc import Complaint
from tests.conftest import ROOT
from tests.support.faultserver import FAULTS, FaultServer

PLANTED = {
    "PATH_": "Xqjz01-path_of.one~user",
    "QUERY": "Xqjz02%2Fquery+of%20one",
    "PARAM": 'Xqjz03 & /param+"of" one=茶',
    "FOLLOW": "Xqjz04+/follow of=one",
    "HEADER": "Xqjz05 header, of/one+",
    "COOKIE": "Xqjz06+cookie/of=one",
    "USER_": "Xqjz07 user of one",
    "PASSWORD": "Xqjz08: pass/word+of&one",
    "LOGIN": "Xqjz09 login & of'one\\",
    "PROXY": "http://Xqjz10user:Xqjz11%2Fpass+word@127.0.0.1:{port}",
}
"""What variables hold; the others stand in the config itself."""
LITERAL = ("Xqjz20-literal-header", "Xqjz21-bearer-token", "Xqjz22-literal-cookie", "Xqjz23 literal of the form")
OF_FILE = ("Xqjz30-token/of+one", "Xqjz31-token/of+two")
CONFIG = """
name: planted
login:
  url: "{url}/login"
  form: {{user: "${{LOGIN}}", password: "Xqjz23 literal of the form"}}
pages:
  list:
    start_urls: ["{url}/${{PATH_}}/{{do}}?key=${{QUERY}}&q={{word}}"]
    params:
      do: {{file: what.txt}}
      word: ["${{PARAM}}"]
      account: {{file: accounts.csv}}
    request:
      headers:
        {{X-Account-Token: "Token {{account.token}}", X-Env: "${{HEADER}}", Authorization: Bearer Xqjz21-bearer-token}}
    records:
      each: li
      fields: {{n: {{css: b, type: int}}, title: i, raw: {{css: u, type: json}}}}
      follow: {{value: "{url}/film?key=${{FOLLOW}}&of={{title}}", page: film}}
    expect: {{blocked_if: [verify]}}
  film: {{records: {{fields: {{plot: p}}}}}}
settings:
  headers: {{X-Literal: Xqjz20-literal-header}}
  cookies: {{sid: "${{COOKIE}}", other: Xqjz22-literal-cookie}}
  auth: {{user: "${{USER_}}", password: "${{PASSWORD}}"}}
  retry_times: 0
  robotstxt_obey: false
  contact: t@example.com
"""
THROUGH_PROXY = '\n  proxies: {http: "${PROXY}"}\n'
ENV = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
WHAT = ("good", "gone", "broken", "offsite", "badly", "verified", "hop", "cut", "closed", "spelt")
WHAT += ("coded", "chunky", "jsonish", "named", "labelled")
"""What the server does with each start page, by a part of its path."""


def names_of_all():
    user, password = PLANTED["PROXY"].partition("//")[2].partition("@")[0].split(":")
    plain = [value for name, value in PLANTED.items() if name != "PROXY"]
    pair = f"{PLANTED['USER_']}:{PLANTED['PASSWORD']}"
    return [*plain, *LITERAL, *OF_FILE, user, unquote(password), pair]


SECRETS = names_of_all()


def leaks_in(data):
    """Return the secrets that a text or some bytes hold, in whatever spelling, by the signs with which they begin.

    These are long enough not to come by chance in what is packed.
    """
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    texts = {text, unquote(text), unquote(unquote(text)), unquote(unquote(unquote(text))), text.replace("\\", "")}
    found = {sign for one in texts for sign in re.findall(r"(?i)Xqjz\d\d", one)}
    for secret in SECRETS:
        raw = secret.encode()
        forms = (base64.b64encode(raw).decode().rstrip("="), base64.urlsafe_b64encode(raw).decode().rstrip("="))
        found |= {secret for form in forms if form in text}
    return sorted(found)


def leaks_of(folder, *said):
    """Return where in what was said and in what was written a secret is."""
    places = {f"said {n}": leaks_in(text) for n, text in enumerate(said)}
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("planted.yaml", "accounts.csv"):
            places[str(path.relative_to(folder))] = leaks_in(path.read_bytes()) + leaks_in(
                str(path.relative_to(folder))
            )
    return {place: found for place, found in places.items() if found}


class Answers(dict):
    """A site that repeats what it was asked for."""

    def get(self, target, default=None):
        parts = urlsplit(target)  # a proxy is asked for whole URLs
        what = parts.path.rpartition("/")[2]
        return getattr(self, what.partition("-")[0], None) or (404, {}, b"not here")

    def login(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        return "<p>Logout" if body else "<form method=post><input name=user><input name=password></form>"

    def good(self, _):
        return "<li><b>1</b><i>tea</i></li><li><b>2</b><i>cup</i></li>"

    film = good

    def broken(self, _):
        return 500, {}, b""

    def offsite(self, handler):
        return 302, {"Location": f"http://other.example{urlsplit(handler.path).path}?next={quote(handler.path)}"}, b""

    def badly(self, handler):
        return 302, {"Location": f"ftp://x/{'y' * 170}?{urlsplit(handler.path).query}"}, b""

    def verified(self, handler):
        return 302, {"Location": f"http://verify.example/?next={quote(quote(handler.path))}"}, b""

    def hop(self, handler):
        return 302, {"Location": urlsplit(handler.path).path.replace("hop", "film") + "?" + quote_plus(SECRETS[2])}, b""

    def cut(self, _):
        return f"<li><b>{'z' * 70} {SECRETS[4]}</b><i>tea</i></li>"

    def spelt(self, _):
        odd = "".join(f"%{byte:02x}" for byte in SECRETS[0].encode())
        return f"<li><b>3</b><i>tea</i></li><a href='/{odd}/film'>"

    def coded(self, _):
        return 200, {"Content-Encoding": f"br, {LITERAL[1]}"}, b"x"

    def chunky(self, handler):
        """Answer with a secret for the size of a chunk, which comes in two reads and is beyond what is shown."""
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        size = b"%s%s\r\n" % (b"z" * 74, SECRETS[0].encode())
        handler.wfile.write(head + size[:80])
        time.sleep(0.05)
        handler.wfile.write(size[80:])
        return self.closed(handler)

    def jsonish(self, _):
        return f"<li><b>4</b><i>tea</i><u>{'z' * 30}{SECRETS[0]}</u></li><li><u>{'z' * 170}{SECRETS[0]}</u></li>"

    def named(self, _):
        """Answer with a secret for the name of a header line, of a cookie, and of a broken one."""
        return 503, {LITERAL[1]: "1", "Set-Cookie": f"{LITERAL[1]}=1", f"X-{LITERAL[0]}": LITERAL[2]}, b"x"

    def labelled(self, _):
        return 200, {"Content-Type": f"text/html; charset={LITERAL[1]}"}, b"<li><b>5</b><i>tea</i></li>"

    def closed(self, handler):
        handler.close_connection = True
        handler.connection.close()
        raise ConnectionAbortedError


@pytest.fixture
def planted(site, folder, config):
    """The config, and the variables with what is planted."""
    site.pages = Answers()
    (folder / "what.txt").write_text("".join(f"{what}\n" for what in WHAT))
    (folder / "accounts.csv").write_text("token\n" + "".join(f"{token}\n" for token in OF_FILE))
    env = {
        name: value.replace("{port}", urlsplit(site.url).netloc.rpartition(":")[2]) for name, value in PLANTED.items()
    }
    return config(CONFIG.format(url=site.url), "planted"), env


def report(folder):
    return json.loads((folder / "output/.scraper/planted/last-run.json").read_text())


def sent(site):
    return [unquote(path) for path in site.asked()]


def test_what_is_looked_for_can_be_found():
    for secret in SECRETS:
        for text in (secret, f"x{quote(secret, safe='')}", quote(quote(secret)), quote_plus(secret), secret[:8]):
            assert leaks_in(text), text
    assert leaks_in("Basic " + base64.b64encode(SECRETS[-1].encode()).decode())
    assert not leaks_in("https://***@site.example/***?key=${QUERY}")


@pytest.mark.parametrize(("library", "form", "policy"), [("requests", "text", "dummy"), ("curl", "json", "rfc2616")])
def test_no_run_leaves_a_secret_behind_whatever_becomes_of_its_pages(
    planted, site, folder, scraper, library, form, policy
):
    path, env = planted
    path.write_text(path.read_text() + THROUGH_PROXY * (form == "json"))
    cached = ("-s", "httpcache_enabled=true", "-s", f"httpcache_policy={policy}", "-s", "httpcache_dir=cached")
    options = ("-v", "-s", f"fetcher={library}", "--record", "saved", "--log-format", form, *cached)
    done = scraper(path, *options, env=env)
    assert done.returncode == 4, done.stderr
    assert not list(folder.glob("cached/??/*")), "all that was asked for here carries secrets"
    leaks = leaks_of(folder, done.stdout, done.stderr)
    assert {re.sub(r"saved/PATH_-(\w+)-.*/", r"\1/", place) for place in leaks} == {
        "cut/page.html",
        "spelt/page.html",
        "jsonish/page.html",
    }
    told = done.stderr + Path(folder, "output/.scraper/planted/last-run.json").read_text()
    for sign in (
        "http 404",
        "http 500",
        "offsite redirect",
        "bad redirect",
        "blocked",
        "malformed",
        "connection failed",
        "expected Content-Encoding gzip or deflate, got 'br, ***'",
        "no JSON: ",
    ):
        assert sign in told, f"the test has lost a way to fail: {sign}"
    assert "/***/good?key=***" in told, "who reads it sees where a secret stood"
    assert any(SECRETS[0] in target and "Xqjz02" in target for target in sent(site)), "the site got what belongs to it"


def test_a_recording_is_replayed_with_the_secrets_of_today(planted, site, folder, scraper):
    path, env = planted
    assert scraper(path, "--record", "saved", env=env).returncode == 4
    records = (folder / "output/.scraper/planted/rejected.jsonl").read_bytes()
    assert records.count(b"\n") > 8
    failed = report(folder)["accounts"]["failed"]
    site.log.clear()
    done = scraper(
        path, "--replay", "saved", "-v", env={name: value.replace("Xqjz", "Kd") for name, value in env.items()}
    )
    assert (done.returncode, site.asked()) == (4, []), done.stderr
    failed["not recorded"] = failed.pop("connection failed") + failed.pop("bad response")
    assert report(folder)["accounts"]["failed"] == failed
    assert (folder / "output/.scraper/planted/rejected.jsonl").read_bytes() == records


def test_a_killed_run_leaves_no_secret_in_its_journal_and_is_resumed_with_them(planted, site, folder, scraper):
    path, env = planted
    path.write_text(path.read_text() + "  concurrent_requests: 1\n")
    site.pages.gone = lambda _: (time.sleep(0.3), (404, {}, b""))[1]
    command = [sys.executable, "-m", "scraper", str(path), "-s", "pool.engine=threads"]
    run = subprocess.Popen(command, cwd=folder, env=env | ENV, stderr=subprocess.PIPE, text=True)
    while not any("/film" in one for one in site.asked()) and run.poll() is None:
        time.sleep(0.01)
    os.kill(run.pid, signal.SIGKILL)
    _, said = run.communicate(timeout=30)
    assert run.returncode == -signal.SIGKILL, said
    assert (folder / "output/.scraper/planted/journal.db-wal").stat().st_size > 0
    assert leaks_of(folder, said) == {}
    site.log.clear()
    done = scraper(path, "--resume", "-s", "pool.engine=threads", env=env)
    assert "resumed run" in done.stderr
    assert leaks_of(folder, done.stdout, done.stderr) == {}
    assert any(target.startswith("/film?key=Xqjz04") for target in site.asked()), (
        "a page of the journal has its key again"
    )
    assert not [target for target in site.asked() if "$" in target or "***" in target]


def test_what_check_tells_holds_no_secret(planted, folder, scraper):
    path, env = planted
    path.write_text(path.read_text() + THROUGH_PROXY)
    done = scraper("check", path, env=env)
    assert done.returncode == 0, done.stderr
    assert "/***/good?key=***" in done.stdout
    assert leaks_of(folder, done.stdout, done.stderr) == {}


MISTAKES = {
    "settings: {auth: Xqjz20-literal-header}": 1,
    "settings: {auth: {user: [Xqjz20-literal-header], password: 1234567890}}": 2,
    "settings: {headers: 'X-Key: Xqjz20-literal-header'}": 1,
    "settings: {headers: {X-Key: 12345678901234567890}}": 1,
    'settings: {headers: {X-Key: "${HEADER}\\r\\n"}}': 1,
    "settings: {cookies: {sid: '${PARAM};'}}": 1,
    "settings: {proxies: {http: 'ftp://me:${PASSWORD}@x'}}": 1,
    "settings: {proxies: {http: 'socks5://me:Xqjz20-literal-header@x', https: 7}}": 2,
    "settings: {robotstxt_obey: '${PASSWORD}', contact: 'x\t${LOGIN}'}": 2,
    "login: Xqjz20-literal-header": 1,
    "login: {url: 'http://me:Xqjz20-literal-header@127.0.0.1/', form: Xqjz23 literal of the form}": 2,
    "login: {url: 'http://${USER_}:${PASSWORD}/', form: {user: {x: Xqjz23 literal of the form}}}": 2,
    "login: {url: 'http://me:Xqjz20-literal-header/', form: {user: x}}": 1,
    "login: {url: 'http://x/', form: {user: *Xqjz20-literal-header, password: 1}}": 1,
    "login: {url: 'http://x/', form: {user: !Xqjz20-literal-header, password: x}}": 1,
    "login: {url: 'http://x/', form: {user: &Xqjz20-literal-header a, password: &Xqjz20-literal-header b, 1: c}}": 0,
    "login: {url: 'http://x/', form: {user: @Xqjz20-literal-header}}": 1,
    "encoding: '${PASSWORD}'": 1,
    "timezone: '${PASSWORD}'": 1,
    "name: '${PASSWORD}/'": 1,
    "params: {x: ['${PASSWORD}', {a: ['${PASSWORD}']}], '${x}': [1]}": 2,
}
"""What is wrong in the config, and how many mistakes that is."""


@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_mistake_in_a_config_repeats_a_secret(config, monkeypatch, mistake, recwarn):
    for name, value in PLANTED.items():
        monkeypatch.setenv(name, value)
    path = config(
        "start_urls: ['http://${USER_}:${PASSWORD}@x/', 'http://x:${PASSWORD}/']\nrecords: {fields: {t: h1}}\n"
        + mistake
    )
    with pytest.raises(ConfigError) as wrong:
        load_config(path)
    said = str(wrong.value)
    assert len(wrong.value.problems) >= MISTAKES[mistake], said
    assert not leaks_in(said), said
    assert "1234567890" not in said
    assert not recwarn.list


def test_a_check_that_repeats_a_value_tells_no_secret(config, monkeypatch):
    monkeypatch.setenv("KEY", "hush-hush")
    monkeypatch.setattr(
        "scraper.config.load.check_job", lambda job, _: [Complaint((), job.kinds["board"].start_urls[0].text)]
    )
    with pytest.raises(ConfigError, match=r"http://x/\?\*\*\*$"):
        load_config(config("start_urls: ['http://x/?${KEY}']\nrecords: {fields: {t: h1}}"))


BUGS = {
    "parent": "scraper.crawl.intake.Intake._take = lambda *given: {}[f'{given} {os.environ}']",
    "worker": "scraper.fetch.fetcher.Fetcher.ask = lambda self, request, *_: {}[f'{request} {request.headers}']",
    "log": "scraper.crawl.intake.Intake._fail = lambda *given: console.log.exception('%s', given, exc_info=KeyError(given))",  # noqa: E501
}
"""Where something raises that nobody expected, with all that it can know in its text."""


@pytest.mark.parametrize(("bug", "form"), [("parent", "text"), ("worker", "text"), ("log", "text"), ("log", "json")])
def test_the_traceback_of_a_bug_holds_no_secret(planted, folder, bug, form):
    path, env = planted
    imports = (
        "import os, sys, scraper.crawl.intake, scraper.fetch.fetcher\nfrom scraper.cli import console, main as cli"
    )
    code = f"{imports}\n{BUGS[bug]}\ncli.main(sys.argv[1:])"
    command = [sys.executable, "-c", code, str(path), "-s", "pool.engine=threads", "--log-format", form]
    done = subprocess.run(command, cwd=folder, env=env | ENV, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 1
    assert ("Traceback" in done.stderr) is (bug == "parent")
    assert "KeyError" in done.stderr or (bug, form) == ("log", "text")
    assert leaks_of(folder, done.stdout, done.stderr) == {}


def test_a_login_that_fails_tells_no_secret(planted, folder, scraper, site):
    path, env = planted
    site.pages.login = lambda handler: (
        (302, {"Location": f"http://other.example/?{handler.path}"}, b"") if "?" in handler.path else LOGIN_BY_GET
    )
    done = scraper(path, "--record", "saved", env=env)
    assert done.returncode == 1
    assert "the login failed: offsite redirect" in done.stderr
    assert leaks_of(folder, done.stdout, done.stderr) == {}


LOGIN_BY_GET = "<form><input name=user><input name=password><input type=hidden name=csrf value=1></form>"


def test_from_python_neither_the_log_nor_the_report_nor_an_error_tells_a_secret(planted, site, monkeypatch, caplog):
    path, env = planted
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    caplog.set_level(logging.DEBUG, "scraper")
    monkeypatch.setattr(logging.getLogger("scraper"), "propagate", True)
    done = package.run(package.load_config(path, {"pool.engine": "threads"}))
    assert done.failures
    assert "fetched" in caplog.text
    assert leaks_in(caplog.text) == leaks_in(repr(done)) == []
    site.pages.login = lambda _: (302, {"Location": f"http://other.example/{SECRETS[0]}"}, b"")
    with pytest.raises(LoginFailed, match=r"/\*\*\*, outside") as error:
        package.run(package.load_config(path, {"pool.engine": "threads"}))
    with pytest.raises(LoginFailed, match=r"/\*\*\*, outside"):
        list(package.records(package.load_config(path, {"pool.engine": "threads"})))
    assert leaks_in(str(error.value)) == []


def test_no_fault_of_a_server_brings_a_secret_to_light(folder, config, scraper):
    values = "code=503&is=x&to=ftp://x/%3Fkey%3D${QUERY}&left=3&value=9999&key=${QUERY}&q={word}"
    with FaultServer() as server:
        calm = [path for path in FAULTS if not re.search(r"slow|drip|hang|endless|bomb|deaf|retry", path)]
        urls = "".join(f"  - {server.url(path)}?{values}\n" for path in calm)
        path = config(
            f"start_urls:\n{urls}params: {{word: ['${{PARAM}}']}}\nrecords: {{fields: {{t: title}}}}", "planted"
        )
        for library in ("requests", "curl"):
            quick = [f"-s{one}" for one in (f"fetcher={library}", "robotstxt_obey=false", "retry_times=0")]
            done = scraper(path, "-v", *quick, "-s", "contact=t@example.com", env=PLANTED)
            assert done.returncode in (3, 4), done.stderr
            assert len(report(folder)["accounts"]["failed"]) > 5
            assert leaks_of(folder, done.stdout, done.stderr) == {}


def test_records_are_published_as_they_are(site, folder, config, scraper):
    site.pages = Answers()
    text = f"""
start_urls: ["{site.url}/good?key=${{QUERY}}"]
records: {{each: li, fields: {{title: i, via: {{value: "${{PARAM}} {{_url}}"}}}}}}
output: {{provenance: true}}
settings: {{robotstxt_obey: false, contact: t@example.com}}
"""
    done = scraper(config(text), env=PLANTED)
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in (folder / "output/board.jsonl").read_text().splitlines()]
    url = f"{site.url}/good?key={PLANTED['QUERY']}"
    assert [(one["via"], one["_url"]) for one in records] == [(f"{PLANTED['PARAM']} {url}", url)] * 2
