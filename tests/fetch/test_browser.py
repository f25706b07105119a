"""Pages that their scripts build, in a real headless Chromium; asserted on the output and on the site's log."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scraper.config.checks.fetchers import MORE_THAN_A_DOCUMENT
from scraper.config.load import load_config
from scraper.errors import ConfigError
from scraper.fetch.chromium import NOT_FOUND
from tests.conftest import NO_CHROMIUM, Site, children

CONFIG = """
name: board
start_urls: [{urls}]
wait_for: li
records:
  each: li
  fields: {{page: {{css: h1, from: page}}, text: b}}
settings:
  fetcher: browser
  robotstxt_obey: false
  contact: me@example.org
  retry_times: 0
  {more}
"""
PATIENCE_S = 150
LONG = "download_timeout: 100"
LIMITS_S = (4, 20, 100)
"""For what ends at its limit: the next if a busy machine took longer to come to what is meant."""

if NO_CHROMIUM:
    pytest.skip("no Chromium here", allow_module_level=True)


def built(name, script, head=""):
    """Return a page with an empty list, and a script that has `add` to fill it."""
    add = "const add = text => document.querySelector('ul').append(Object.assign(document.createElement('li'),"
    add += " {innerHTML: '<b>' + text + '</b>'}));"
    return f"<!doctype html><meta charset=utf-8>{head}<h1>{name}</h1><ul></ul><script>{add}\n{script}</script>"


@pytest.fixture
def run(scraper, config, folder):
    """A function that runs pages of a site through a browser: exit code, texts by page, report, what was said."""

    def run(site, *paths, more=LONG, options=()):
        urls = ", ".join(json.dumps(site.url + path) for path in paths)
        done = scraper(config(CONFIG.format(urls=urls, more=more)), *options)
        texts = {}
        output = folder / "output" / "board.jsonl"
        for record in map(json.loads, output.read_text("utf-8").splitlines() if output.exists() else []):
            texts.setdefault(record["page"], []).append(record["text"])
        return done.returncode, texts, done.stderr

    return run


def is_gone(pid):
    return not Path(f"/proc/{pid}").exists() or " Z " in Path(f"/proc/{pid}/stat").read_text()


def descendants(pid):
    found = children(pid)
    return found + [below for child in found for below in descendants(child)]


def wait_until(is_so):
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def echo(handler):
    """Answer with what was sent, as JSON."""
    sent = handler.rfile.read(int(handler.headers.get("Content-Length") or 0)).decode()
    names = ("Cookie", "X-Asked", "User-Agent", "Authorization")
    said = {name: handler.headers[name] for name in names if handler.headers[name]}
    return 200, {"Content-Type": "application/json"}, json.dumps({"method": handler.command, "sent": sent, **said})


def test_what_scripts_make_is_read(run, site):
    ask = "fetch('/echo', {method: 'POST', body: 'films=1', headers: {'X-Asked': 'yes'}})"
    show = ".then(r => r.json()).then(d => add(JSON.stringify(d)))"
    site.pages |= {
        "/rows": built("rows", "add('eins'); add('zwei €')"),
        "/xhr": (200, {"Set-Cookie": "seen=1"}, built("xhr", ask + show)),
        "/late": built("late", "setTimeout(() => add('at last'), 400)"),
        "/talks": built("talks", "alert('a'); confirm('b'); window.open('/popup'); add('still here')"),
        "/push": built("push", "history.pushState({}, '', '/elsewhere'); add('same page')"),
        "/gbk": (200, {"Content-Type": "text/html; charset=gbk"}, built("gbk", "add('张国荣')", "").encode("gbk")),
        "/moved": (302, {"Location": "/target"}, ""),
        "/target": built("target", "add(1)"),
        "/script": built("script", "", "<script defer src='/hop.js'></script>"),
        "/hop.js": (302, {"Location": "/add.js"}, ""),
        "/add.js": (200, {"Content-Type": "text/javascript"}, "add('by a file')"),
        "/echo": echo,
        "/images": built(
            "images", "add('bare')", "<img src=/x.png><link rel=stylesheet href=/x.css><video src=/x.mp4></video>"
        ),
    }
    pages = ("/rows", "/xhr", "/late", "/talks", "/push", "/gbk", "/moved", "/script", "/images")
    code, texts, said = run(site, *pages, more=f"headers: {{X-Own: 'mine'}}\n  {LONG}")
    assert code == 0, said
    told = json.loads(texts.pop("xhr")[0])
    assert {**told, "User-Agent": ""} == {
        "method": "POST", "sent": "films=1", "X-Asked": "yes", "Cookie": "seen=1", "User-Agent": "",
    }  # fmt: skip
    assert "me@example.org" in told["User-Agent"]
    assert texts == {
        "rows": ["eins", "zwei €"],
        "late": ["at last"],
        "target": ["1"],
        "talks": ["still here"],
        "push": ["same page"],
        "gbk": ["张国荣"],
        "script": ["by a file"],
        "images": ["bare"],
    }
    asked = site.asked()
    assert not {"/x.png", "/x.css", "/x.mp4", "/popup", "/elsewhere"} & set(asked)
    assert asked.count("/target") == 1


def test_cookies_and_redirects_are_as_in_the_browser(run, site):
    """Scripts read what the site has set and set their own, and a module that was redirected imports beside itself."""
    script = """
    const ask = async path => (await (await fetch(path)).json()).Cookie
    document.cookie = "mine=by a script; path=/"
    document.cookie = "token=; max-age=0; path=/"
    ask("/echo").then(async sent => {
      const hop = await fetch("/hop")
      const app = await import("/js/app")
      const seen = [sent, hop.url.replace(location.origin, ""), (await hop.json()).Cookie, app.name, document.cookie]
      seen.forEach(add)
    })"""
    module = {"Content-Type": "text/javascript"}
    site.pages |= {
        "/first": (200, {"Set-Cookie": "token=t%C3%A4"}, built("first", "add(document.cookie)")),
        "/second": (200, {"Set-Cookie": "hidden=é; HttpOnly"}, built("second", script)),
        "/third": built("third", "fetch('/echo').then(r => r.json()).then(d => add(d.Cookie))"),
        "/echo": echo,
        "/hop": (302, {"Location": "/hop/end", "Set-Cookie": "hop=1; Path=/"}, ""),
        "/hop/end": echo,
        "/js/app": (302, {"Location": "/static/v3/app.js"}, ""),
        "/static/v3/app.js": (200, module, "export { name } from './dep.js'"),
        "/static/v3/dep.js": (200, module, "export const name = 'beside it'"),
    }
    own = f"cookies: {{own: config, token: mine}}\n  concurrent_requests: 1\n  {LONG}"
    code, texts, said = run(site, "/first", "/second", "/third", more=own)
    assert code == 0, said
    hidden = "hidden=é".encode().decode("latin-1")
    assert texts == {
        "first": ["token=t%C3%A4"],
        "second": [
            f"own=config; {hidden}; mine=by a script",
            "/hop/end",
            f"own=config; {hidden}; mine=by a script; hop=1",
            "beside it",
            "mine=by a script; hop=1",
        ],
        "third": [f"own=config; token=mine; {hidden}; mine=by a script; hop=1"],
    }
    pinned = own.replace("cookies: {own: config, token: mine}", "headers: {Cookie: token=fixed}")
    code, texts, said = run(site, "/first", "/third", more=pinned)
    assert (code, texts["third"]) == (0, ["token=fixed"]), said


def test_a_route_is_a_page_of_its_own_and_an_anchor_is_none(run, site):
    site.pages |= {
        "/": built("routes", "add('at ' + location.hash)"),
        "/old": (302, {"Location": "/"}, ""),
    }
    code, texts, said = run(site, "/#/a", "/#/b", "/#!c", "/#top", "/", "/old#/d")
    assert code == 0, said
    assert sorted(texts["routes"]) == ["at", "at #!c", "at #/a", "at #/b", "at #/d"]
    assert site.asked().count("/") == 5


MORE = """
let asked = 0
const more = document.querySelector('.more')
more.onclick = async () => {
  more.disabled = true
  const rows = await (await fetch('/rows?' + asked++)).json()
  rows.forEach(add)
  more.disabled = false
  if (asked == 3) more.remove()
}
"""


@pytest.fixture
def act(run, site):
    """A function that does actions on a page and gives what `run` gives."""

    def act(actions, script, body="", more=LONG, path="/", options=()):
        site.pages["/"] = built("page", script, body)
        site.pages |= {f"/rows?{n}": (200, {}, json.dumps([f"row {n}"])) for n in range(9)}
        return run(site, path, more=f"{more}\nactions: {json.dumps(actions)}", options=options)

    return act


def test_a_list_is_clicked_until_it_is_whole(act):
    code, texts, said = act(
        [{"click": ".banner button", "optional": True}, {"click": ".more", "until_gone": True}],
        MORE,
        "<button class=more>More</button>",
    )
    assert (code, texts) == (0, {"page": ["row 0", "row 1", "row 2"]}), said


def test_actions_are_done_in_their_order(act):
    code, texts, said = act(
        [
            {"click": ".more", "times": 2},
            {"fill": {"css": "input", "value": "films"}},
            {"press": "Enter"},
            {"fill": {"css": "select", "value": "By year"}},
            {"scroll": 1},
            {"wait": ".late"},
            {"wait": 0.1},
        ],
        MORE
        + "document.querySelector('form').onsubmit = event => { event.preventDefault(); add(event.target.q.value) }\n"
        + "document.querySelector('select').onchange = event => add(event.target.value)\n"
        + "let seen = 0; onscroll = () => { if (!seen++) {"
        + " add('scrolled'); setTimeout(() => add('<i class=late>'), 900) } }",
        "<button class=more>More</button><form><input name=q></form><select><option value=t>By title</option>"
        "<option value=y>By year</option></select><div style=height:3000px></div>",
    )
    assert (code, texts) == (0, {"page": ["row 0", "row 1", "films", "y", "scrolled", None]}), said


def test_a_page_is_scrolled_until_it_grows_no_more(act, site):
    script = (
        "let asked = 0; addEventListener('scroll', async () => { if (asked < 4) {"
        " const n = asked++; const rows = await (await fetch('/rows?' + n)).json();"
        " rows.forEach(row => { add(row); document.querySelector('ul').lastChild.style.height = '1500px' }) } })"
    )
    code, texts, said = act([{"scroll": "bottom"}], script, "<div style=height:1500px></div>")
    assert (code, texts) == (0, {"page": ["row 0", "row 1", "row 2", "row 3"]}), said


def test_what_is_filled_in_may_be_a_param_or_a_secret(scraper, config, folder, site):
    env = {"SITE_PIN": "very-secret-pin"}
    script = "for (const i of document.querySelectorAll('input'))"
    script += " i.oninput = () => add(i.value == 'very-secret' + '-pin' || i.value)"
    site.pages["/"] = built("page", script, "<input class=a><input class=b>")
    text = CONFIG.format(urls=json.dumps(site.url + "/#!{word}"), more=LONG)
    text += "params: {word: [eins, zwei]}\nactions:\n- fill: {css: .a, value: '{word}'}\n"
    text += "- fill: {css: .b, value: '${SITE_PIN}'}\n- wait: li + li\n"
    done = scraper(config(text), env=env)
    assert done.returncode == 0, done.stderr
    records = map(json.loads, (folder / "output" / "board.jsonl").read_text("utf-8").splitlines())
    assert [record["text"] for record in records] == ["eins", "true", "zwei", "true"]
    text = text.replace("css: .b", "css: .very-secret-pin").replace("[eins, zwei]", "[eins]")
    for limit_s in LIMITS_S:
        done = scraper(config(text.replace(LONG, f"download_timeout: {limit_s}")), env=env)
        if "actions[1]" in done.stderr:
            break
    assert done.returncode == 4
    assert "actions[1] (fill '.***')" in done.stderr
    assert "very-secret-pin" not in done.stdout + done.stderr


LOGIN = """
login:
  url: {url}/login
  actions:
  - fill: {{css: "input[name=user]", value: me}}
  - fill: {{css: "input[type=password]", value: "${{SITE_PIN}}"}}
  - click: button
  - wait: h2
  page_must_match: [Welcome]
"""
PIN = "very-secret-pin"
FORM = "<form method=post action=/session><input name=user><input type=password name=pin><button>Go</button></form>"


@pytest.fixture
def log_in(scraper, config, folder, site):
    """A function that logs in by what the page does with a form, and gives how the run went and its texts."""

    def log_in(*paths, options=()):
        urls = ", ".join(json.dumps(site.url + path) for path in paths)
        text = CONFIG.format(urls=urls, more=f"{LONG}\n  pool: {{processes: 1}}") + LOGIN.format(url=site.url)
        done = scraper(config(text), *options, env={"SITE_PIN": PIN})
        output = folder / "output" / "board.jsonl"
        lines = output.read_text("utf-8").splitlines() if output.exists() else []
        return done, [json.loads(line)["text"] for line in lines]

    return log_in


def test_a_login_in_the_browser_serves_the_crawl_and_is_made_again(log_in, site, folder):
    """It is sent by the page, leads on by a redirect, and sets a cookie by a script."""
    sent = []

    def session(handler):
        sent.append(handler.rfile.read(int(handler.headers["Content-Length"])).decode())
        return 302, {"Location": "/home", "Set-Cookie": f"sid={len(sent)}; Path=/; HttpOnly"}, ""

    ended = {"/b": "<script>location = '/login?from=b'</script>", "/c": FORM}

    def member(handler):
        said = handler.headers.get("Cookie", "")
        if "sid=" not in said or "seen=home" not in said:
            return 403, {}, ""
        return ended.pop(handler.path, None) or built("member", "add(document.cookie)")

    site.pages |= {
        "/login": (302, {"Location": "/signin"}, ""),
        "/signin": FORM,
        "/session": session,
        "/home": "<h2>Welcome</h2><script>document.cookie = 'seen=home; path=/'</script>",
        "/a": member,
        "/b": member,
        "/c": member,
    }
    done, texts = log_in("/a", "/b", "/c", options=("--record", "saved"))
    assert (done.returncode, texts) == (0, ["seen=home"] * 3), done.stderr
    assert sent == [f"user=me&pin={PIN}"] * 2
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in kept if PIN.encode() in path.read_bytes()]
    assert not [path for path in kept if b"sid=" in path.read_bytes() and path.suffix not in (".db", ".yaml")]


def test_a_login_in_the_browser_stays_on_the_origins_of_the_config(log_in, site):
    other = Site()
    try:
        site.pages["/login"] = FORM.replace("/session", f"{other.url}/session")
        done, _ = log_in("/a")
        assert done.returncode == 1
        told = f"actions[2] (click 'button') leads to {other.url}/session, which is no origin of the start URLs or"
        assert told in done.stderr
        assert PIN not in done.stderr
        assert (other.asked(), "/a" in site.asked()) == ([], False)
    finally:
        other.close()


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        (
            [{"click": ".none"}],
            "timeout: actions[0] (click '.none'): found nothing to click within download_timeout ({limit_s} s)",
        ),
        ([{"click": ".more", "times": 4}], "actions[0] (click '.more'): found nothing to click after 3 clicks within"),
        ([{"wait": 0}, {"click": ".same", "until_gone": True}], "actions[1] (click '.same'): not at its end after "),
        (
            [{"click": "a"}],
            "not rendered: actions[0] (click 'a') leads to {url}/good; give that URL to a page of its own",
        ),
        ([{"fill": {"css": "h1", "value": "x"}}], "not rendered: actions[0] (fill 'h1') failed: "),
        (
            [{"click": ".under"}],
            "actions[0] (click '.under'): what it found could not be clicked: it moves, or lies under",
        ),
    ],
    ids=["nothing", "too few", "endless", "away", "no input", "covered"],
)
def test_an_action_that_fails_costs_its_page_and_is_named(act, site, actions, told):
    over = "<div style='z-index:1;position:fixed;bottom:0;height:50%;width:100%'></div>"
    body = f"<button class=more>More</button><button class=same>x</button><a href=/good>x</a>{over}"
    body += "<div style='position:fixed;bottom:0'><b class=under>x</b></div>"
    for limit_s in LIMITS_S:
        code, _, said = act(actions, MORE + "add('x')", body, more=f"download_timeout: {limit_s}")
        if told.format(url=site.url, limit_s=limit_s) in said:
            break
    assert code == 4, said
    assert told.format(url=site.url, limit_s=limit_s) in said


def test_a_list_longer_than_the_limits_is_not_cut_unsaid(act):
    many = "(await Promise.all([...Array(99)].map(() => fetch('/rows?' + asked))))[0]"
    script = MORE.replace("fetch('/rows?' + asked++)", many).replace("asked == 3", "false")
    code, _, said = act([{"click": ".more", "times": 3}], script, "<button class=more>More</button>")
    assert code == 4, said
    assert "too large: its actions need more than 200 requests; split it into smaller pages" in said


def test_a_page_is_built_in_the_encoding_that_the_config_names(scraper, config, folder, site):
    body = built("映画", "add('黒澤明 한')").replace("<meta charset=utf-8>", "").encode("cp932", "xmlcharrefreplace")
    site.pages["/sjis"] = (200, {"Content-Type": "text/html"}, body)
    text = CONFIG.format(urls=json.dumps(f"{site.url}/sjis"), more=LONG)
    done = scraper(config(f"{text}\nencoding: windows-31j\n"))
    assert done.returncode == 0, done.stderr
    (record,) = map(json.loads, (folder / "output" / "board.jsonl").read_text("utf-8").splitlines())
    assert record == {"page": "映画", "text": "黒澤明 한"}


def test_what_goes_wrong_costs_its_page(run, site):
    other = Site("127.0.0.2")
    try:
        other.pages["/secret"] = (200, {"Access-Control-Allow-Origin": "*"}, "secret")
        fetched = ".then(r => r.text()).then(add, () => add('refused'))"
        bomb = gzip.compress(b" " * 50_000_000 + b"add('bomb')")
        site.pages |= {
            "/good": built("good", "add('good')"),
            "/away": built("away", "add('x'); location = '/good'"),
            "/private": built("private", f"fetch('{other.url}/secret'){fetched}"),
            "/file": built("file", f"fetch('file:///etc/passwd'){fetched}"),
            "/socket": built("socket", "new WebSocket('ws://127.0.0.2:1/').onclose = () => add('closed')"),
            "/bombed": built(
                "bombed", "addEventListener('load', () => add('whole'))", "<script src=/bomb.js></script>"
            ),
            "/bomb.js": (200, {"Content-Type": "text/javascript", "Content-Encoding": "gzip"}, bomb),
            "/big": built("big", "add('x'.repeat(2_000_000))"),
        }
        pages = [name for name in site.pages if not name.endswith(".js")]
        code, texts, said = run(site, *pages, more=f"{LONG}\n  download_maxsize: 1000000")
        assert code == 3, said
        assert other.asked() == []
        assert texts.pop("good") == ["good"]
        assert texts == {
            "private": ["refused"], "file": ["refused"], "socket": ["closed"], "bombed": ["whole"],
        }  # fmt: skip
        failed = failures(site, said)
        assert failed.keys() == {"/away", "/big"}
        assert "not rendered" in failed["/away"]
        assert f"a script leads to {site.url}/good" in failed["/away"]
        assert failed["/big"].startswith("too large")
    finally:
        other.close()


def failures(site, said):
    """Return why each page has failed, by its path."""
    lines = (line.split(": ", 1) for line in said.splitlines() if line.startswith("failed http"))
    return {name.removeprefix(f"failed {site.url}"): cause for name, cause in lines}


def test_a_page_that_does_not_end_costs_its_page(run, site):
    """The limit is for the good ones too: they take a tenth of a second."""
    site.pages |= {
        "/never": built("never", ""),
        "/endless": built("endless", "while (true) {}"),
        "/later-endless": built("later-endless", "add('x'); onload = () => setTimeout(() => { while (true) {} })"),
        **{f"/good/{n}": built("good", f"add('{n}')") for n in range(3)},
    }
    for limit_s in LIMITS_S:
        code, texts, said = run(site, *site.pages, more=f"download_timeout: {limit_s}")
        if texts == (good := {"good": ["0", "1", "2"]}):
            break
    assert (code, texts) == (3, good), said
    failed = failures(site, said)
    assert failed.keys() == {"/never", "/endless", "/later-endless"}
    assert all(cause.startswith("timeout") for cause in failed.values())
    assert all(f"within download_timeout ({limit_s} s)" in cause for cause in failed.values())


def test_what_was_waited_for_in_vain_is_named(run, site):
    site.pages["/never"] = built("never", "")
    for limit_s in LIMITS_S:
        code, _, said = run(site, "/never", more=f"download_timeout: {limit_s}")
        if "not shown" not in said:
            break
    assert code == 4
    assert failures(site, said)["/never"].startswith("timeout")
    assert f"wait_for 'li' did not appear within download_timeout ({limit_s} s)" in failures(site, said)["/never"]


@pytest.fixture
def held(site, config, folder):
    """A run with a page whose script's file is held back: its process, its Chromiums, and what lets the file go."""
    opened = {"now": False}

    def hold(_):
        while not opened["now"]:
            time.sleep(0.05)
        return 200, {"Content-Type": "text/javascript"}, "add('held')"

    site.pages |= {"/held": built("held", "", "<script defer src=/held.js></script>"), "/held.js": hold}
    text = CONFIG.format(urls=json.dumps(f"{site.url}/held"), more=f"{LONG}\n  pool: {{processes: 1}}")
    path = config(text.replace("retry_times: 0", "retry_times: 2"))
    process = subprocess.Popen([sys.executable, "-m", "scraper", path, "-q"], cwd=folder)
    wait_until(lambda: "/held.js" in site.asked() or process.poll() is not None)
    started = [pid for pid in descendants(process.pid) if b"chrom" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert started
    yield process, started, opened
    opened["now"] = True
    process.kill()
    process.wait()


def test_a_browser_that_dies_costs_a_try(held, folder, site):
    process, started, opened = held
    for pid in started:
        os.kill(pid, signal.SIGKILL)
    opened["now"] = True
    assert process.wait(PATIENCE_S) == 0
    assert json.loads((folder / "output" / "board.jsonl").read_text())["text"] == "held"
    assert site.asked().count("/held") == 2


@pytest.mark.parametrize("whose", ["run", "worker"])
def test_no_browser_outlives_its_worker(held, whose):
    process, started, opened = held
    if whose == "run":
        process.kill()
    else:
        for server in children(process.pid):
            for worker in children(server):
                os.kill(worker, signal.SIGKILL)
    wait_until(lambda: all(map(is_gone, started)))
    opened["now"] = True


def test_what_was_recorded_is_built_again_without_a_network(run, site, folder):
    site.pages |= {
        "/xhr": built("xhr", "fetch('/echo', {method: 'POST', body: 'a'}).then(r => r.json()).then(d => add(d.sent))"),
        "/echo": echo,
    }
    assert run(site, "/xhr", options=("--record", "saved"))[:2] == (0, {"xhr": ["a"]})
    assert len(list((folder / "saved").iterdir())) == 2, "the empty page, and what its script asked for"
    asked = len(site.asked())
    (folder / "output" / "board.jsonl").unlink()
    assert run(site, "/xhr", options=("--replay", "saved"))[:2] == (0, {"xhr": ["a"]})
    assert len(site.asked()) == asked


def test_a_preview_shows_the_page_as_it_was_built(scraper, config, site):
    site.pages["/rows"] = built("rows", "add('eins')")
    path = config(CONFIG.format(urls=json.dumps(f"{site.url}/rows"), more=LONG))
    done = scraper("preview", path)
    assert (done.returncode, "1  rows  eins" in done.stdout) == (0, True), done.stdout + done.stderr


# --------------------------------------------------------------------------- configs


def mistakes(config, text):
    with pytest.raises(ConfigError) as caught:
        load_config(config(text))
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


def text_of(**changes):
    text = CONFIG.format(urls="https://a.example/", more=changes.pop("more", "download_delay: 1"))
    for old, new in changes.items():
        text = text.replace(f"{old}: ", f"{new}: ") if new else text.replace(f"{old}: li\n", "", 1)
    return text


def test_a_good_config_has_no_mistake(config):
    load_config(config(text_of()))


def test_only_a_browser_waits(config):
    text = text_of().replace("fetcher: browser", "fetcher: requests")
    assert mistakes(config, text) == ["wait_for: only a browser can wait; say settings: {fetcher: browser}"]


def test_it_waits_for_css(config):
    (said,) = mistakes(config, text_of().replace("wait_for: li", "wait_for: 'li >'"))
    assert said.startswith("wait_for: 'li >' is no CSS selector")
    for pattern in ("li:contains(x)", ":is(p, li:not(:contains(x)))"):
        (said,) = mistakes(config, text_of().replace("wait_for: li", f"wait_for: '{pattern}'"))
        assert "no browser knows :contains(); name the element" in said


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("{}", "an action says one of click, fill, press, scroll and wait"),
        ("{click: a, wait: b}", "an action says one of click, fill, press, scroll and wait"),
        ("{click: 'a >'}", ".click: 'a >' is no CSS selector"),
        ("{fill: {css: ':contains(x)', value: x}}", ".fill.css: ':contains(x)': no browser knows :contains()"),
        ("{wait: a, times: 2}", ".times: this belongs to a click"),
        ("{click: a, times: 2, until_gone: true}", ".times: a click ends after so many times or when it has nothing"),
        ("{click: a, times: 0}", ".times: expected"),
        ("{press: Entr}", ".press: expected"),
        ("{scroll: top}", ".scroll: expected"),
        ("{wait: [1]}", ".wait: expected a CSS selector or seconds, got a list"),
        ("{fill: {css: a, value: 4711}}", ".fill.value: expected text, got a number"),
        ("{fill: {css: a, value: '{x}'}}", ".fill.value: unknown name {x}"),
    ],
)
def test_an_action_that_is_none_is_told(config, action, told):
    (said,) = mistakes(config, f"{text_of()}\nactions: [{action}]")
    assert said.startswith("actions[0]")
    assert told in said


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ("form: {a: b}, actions: [{press: Enter}]", "login: a login says one of form, json and actions"),
        ("actions: []", "login: a login says one of form, json and actions"),
        ("page: 'https://a.example/', actions: [{press: Enter}]", "login.page: this belongs to form and json"),
        ("actions: [{click: 'a >'}]", "login.actions[0].click: 'a >' is no CSS selector"),
        (
            "actions: [{fill: {css: a, value: '{x}'}}]",
            "login.actions[0].fill.value: unknown name {x}: a login has no params",
        ),
    ],
)
def test_a_login_that_is_none_is_told(config, login, told):
    (said,) = mistakes(config, f"{text_of()}\nlogin: {{url: 'https://a.example/login', {login}}}")
    assert said.startswith(told)


def test_only_a_browser_acts(config):
    text = text_of(wait_for="").replace("fetcher: browser", "fetcher: requests")
    (said,) = mistakes(config, f"{text}\nactions: [{{click: a}}]")
    assert said == "actions: only a browser can act; say settings: {fetcher: browser}"
    login = "login: {url: 'https://a.example/login', actions: [{click: a}]}"
    assert mistakes(config, f"{text}\n{login}") == [f"login.{said}"]


def test_actions_hold_for_all_kinds_that_have_none_of_their_own(config):
    rest = "records: {fields: {a: b}}"
    kinds = f"a: {{start_urls: ['https://a.example/'], {rest}}}, "
    kinds += f"b: {{start_urls: ['https://a.example/b'], actions: [], {rest}}}"
    job = load_config(config(f"pages: {{{kinds}}}\nactions: [{{scroll: bottom}}]\nsettings: {{fetcher: browser}}"))
    assert [len(kind.actions) for kind in job.kinds.values()] == [1, 0]


def test_each_process_has_a_browser_and_threads_have_none(config):
    said = mistakes(config, text_of(more="pool: {engine: threads}"))
    assert said == ["settings.pool.engine: fetcher: browser needs processes, a browser in each"]


def test_no_server_can_tell_that_what_scripts_make_is_unchanged(config):
    said = mistakes(config, text_of(more="httpcache_enabled: true"))
    assert said == [f"settings.httpcache_enabled: {MORE_THAN_A_DOCUMENT}"]
    load_config(config(text_of(more="httpcache_enabled: true\n  httpcache_policy: dummy")))


def test_without_the_extra_it_is_said_what_to_install(config, monkeypatch):
    monkeypatch.setattr("scraper.job.extras.find_spec", lambda _: None)
    assert mistakes(config, text_of()) == [
        "settings.fetcher: browser needs the extra `browser`: pip install '.[browser]' in its checkout"
    ]


def test_without_a_chromium_it_is_said_what_to_install(config, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert mistakes(config, text_of()) == [f"settings.fetcher: {NOT_FOUND}"]
    (tmp_path / "chromium-1200").mkdir()
    load_config(config(text_of()))


def test_the_browser_that_is_named_must_be_there(config):
    said = mistakes(config, text_of(more="browser_path: /no/chromium"))
    assert said == ["settings.browser_path: expected a program that can be started"]
