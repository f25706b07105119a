# ruff: noqa: E501
"""What a form sends: beside the entries that the standard says, and beside a real headless Chromium."""

import http.server
import re
import threading

import pytest

from scraper.crawl.login import request_for
from scraper.fetch.chromium import find_program
from scraper.job import Login
from scraper.models import Page
from tests.conftest import NO_CHROMIUM

USER = "<input name=user><input type=password name=pw>"
POST = f"<form method=post action=/in data-me>{USER}"
MULTIPART = POST.replace("<form", "<form enctype=multipart/form-data")
PAGES = {
    "plain": POST,
    "typed over": f"{POST}<input name=user value=second><input type=hidden name=user value=third>",
    "hidden first": "<form method=post action=/in data-me><input type=hidden name=user value=old>" + USER,
    "checkbox behind hidden": f"{POST}<input type=hidden name=a value=0><input type=checkbox name=a value=1 checked>",
    "two checked radios": f"{POST}<input type=radio name=a value=1 checked><input type=radio name=a value=2 checked>",
    "file": f"{POST}<input type=file name=a><input type=file name=b multiple>",
    "option of a closed group": f"{POST}<select name=a><optgroup disabled><option>x</optgroup><option>y</select>",
    "placeholder": f"{POST}<select name=a><option selected disabled value=0>choose<option value=1>y</select>",
    "list box": f"{POST}<select name=a size=3><option>x<option>y</select>",
    "list box of one": f"{POST}<select name=a size=1><option>x<option>y</select>",
    "two selected": f"{POST}<select name=a><option selected>x<option selected value=''>y</select>",
    "textarea": f"{POST}<textarea name=a>\n\n x\ny </textarea><textarea name=b></textarea>",
    "breaks in hidden": f"{POST}<input type=hidden name=a value='1&#10;2&#13;3&#13;&#10;4'>",
    "breaks in text": f"{POST}<input name=a value='1&#10;2&#13;3'><input type=search name=b value=' x '>",
    "odd types": f"{POST}<input type=TEL name=a value=1><input type=date name=b><input type=unknown name=c value=x>",
    "empty type": f"{POST}<input type='' name=a value=1><button type='' name=b value=2>",
    "button type menu": f"{POST}<button type=button name=a value=1></button><button type=submit name=b value=2>go",
    "input submit without value": f"{POST}<input type=submit name=a>",
    "image": f"{POST}<input type=image name=a src=data:,>",
    "disabled": f"{POST}<input name=a disabled value=1><fieldset disabled><legend><input name=b value=2></legend>"
    "<input name=c value=3><legend><input name=d value=4></legend></fieldset>",
    "nested fieldsets": f"{POST}<fieldset disabled><fieldset><input name=a value=1></fieldset></fieldset>",
    "in a table": f"<table><form method=post action=/in data-me><tr><td>{USER}<td><input name=t value=1></tr></form>"
    "</table><input name=out value=1>",
    "in a table, not closed": f"<table><form method=post action=/in data-me><tr><td>{USER}<input name=t value=1></table>",
    "two in a table": f"<table><form method=post action=/in data-me><tr><td>{USER}</form><form action=/other><tr><td>"
    "<input name=q value=1></form></table>",
    "nested": f"{POST}<form action=/other><input name=a value=1></form><input name=b value=2>",
    "closed in a div": f"<div><form method=post action=/in data-me><div>{USER}</form><input name=a value=1></div>"
    "<input name=b value=2></div>",
    "closed in a script": f"{POST}<script>'</form>'</script><!-- </form> --><input name=a value=1>",
    "closed in a textarea": f"<table>{POST}<tr><td><textarea name=t></form></textarea><input name=a value=1></table>",
    "template": f"{POST}<template><input name=x value=1></template><input name=a value=1>",
    "by id": f"<input form=f name=a value=1><form id=f method=post action=/in data-me>{USER}"
    "<input form=g name=b value=2></form><form id=g><input form=f name=c value=3></form><input form='' name=d>",
    "an id twice": f"<form id=f method=post action=/in data-me>{USER}</form><form id=f></form><input form=f name=a value=1>",
    "an id of no form": f"<p id=f></p><form id=f method=post action=/in data-me>{USER}<input form=f name=a value=1>",
    "button elsewhere": f"{POST.replace('<form', '<form id=f')}</form><button form=f name=a value=1 formaction=/b>go",
    "two buttons": f"{POST}<button name=a value=1 formaction=/b?x=1>go</button><button name=b value=2>",
    "button of another method": f"{POST}<button name=a value=1 formmethod=get>go</button>",
    "get with a query": "<form action='/in?old=1#frag' data-me>" + USER,
    "get without action": "<form data-me>" + USER,
    "post without action": "<form method=POST data-me>" + USER,
    "base": f"<base href=/deep/er/><form method=post action=in data-me>{USER}",
    "base without action": f"<base href=/deep/er/><form method=post data-me>{USER}",
    "multipart": f"{MULTIPART}<input name='a&quot;b' value='1'><input name='é' value='ü 茶'>",
    "multipart file": f"{MULTIPART}<input type=file name=a><textarea name=t>x\ny</textarea>",
    "multipart get": MULTIPART.replace("method=post", "method=get"),
    "multipart by button": f"{POST}<button formenctype=multipart/form-data name=a value=1>",
    "text": f"{POST.replace('<form', '<form enctype=text/plain')}<input name=a value='x=y&z'>",
    "unknown enctype": f"{POST.replace('<form', '<form enctype=application/json')}<input name=a value=1>",
    "accepts latin": f"{POST.replace('<form', '<form accept-charset=iso-8859-1')}<input name=a value='é 茶'>"
    "<input type=hidden name=_charset_>",
    "accepts unknown, gbk": POST.replace("<form", "<form accept-charset='x-no gbk'") + "<input name=a value='é 茶'>",
    "multipart gbk": f"{MULTIPART.replace('<form', '<form accept-charset=gbk')}<input name='茶' value='€ 😀'>",
    "no name": f"{POST}<input value=1><select><option>x</select><textarea>x</textarea><input name='' value=2>",
    "svg": f"{POST}<svg><input name=a value=1></svg>",
    "select in select": f"{POST}<select name=a><option>x<input name=b value=1></select>",
    "controls of an object": f"{POST}<object><input name=a value=1></object><output name=o>1</output>",
    "datalist": f"{POST}<datalist><input name=a value=1><option value=x></datalist>",
}
"""A page each. The form with `data-me` is filled in: the first typed `user` with `me`, `pw` with `a&b 茶`."""
FILL_IN = """() => {
  const form = document.querySelector("form[data-me]"), all = [...form.elements];
  const first = name => all.find(e => e.name == name && e.type != "hidden");
  first("user").value = "me"; first("pw").value = "a&b 茶";
  const images = [...document.querySelectorAll("input[type=image]")];
  const button = [...all, ...images].find(e => ["submit", "image"].includes(e.type) && !e.disabled && e.form == form);
  form.requestSubmit(button || null);
}"""


class Site(http.server.ThreadingHTTPServer):
    """Serves the pages by number, and remembers what else it was sent."""

    def __init__(self):
        self.sent, self.came = None, threading.Event()
        super().__init__(("127.0.0.1", 0), Answer)


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        number = re.fullmatch(r"/page/(\d+)", self.path)
        body = (
            b"".join([b"<!doctype html><meta charset=utf-8>", list(PAGES.values())[int(number[1])].encode()])
            if number
            else b""
        )
        if not number and self.path != "/favicon.ico":
            self.note(b"")
        self.reply(body)

    def do_POST(self):
        self.note(self.rfile.read(int(self.headers["Content-Length"])))
        self.reply(b"")

    def note(self, body):
        self.server.sent = (self.command, self.path, self.headers["Content-Type"], body)
        self.server.came.set()

    def reply(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def plain(method, path, kind, body):
    """Return what was sent, with one boundary for all."""
    found = re.search("boundary=(.*)", kind or "")
    return (
        method,
        path,
        (kind or "").replace(found[1], "B") if found else kind,
        body.replace(found[1].encode(), b"B") if found else body,
    )


def ours(url, body):
    login = Login(url, (("user", "me"), ("pw", "a&b 茶")))
    page = Page(url, 200, (("Content-Type", "text/html; charset=utf-8"),), body.encode(), 0.0)
    request = request_for(login, page, frozenset(), lambda *_: None)
    path = "/" + request.url.partition("://")[2].partition("/")[2]
    return plain(request.method, path, dict(request.headers).get("Content-Type"), request.body or b"")


PATIENCE_S = 150


@pytest.fixture(scope="module")
def chromium():
    """A function from the number of a page to what Chromium sends of it."""
    if NO_CHROMIUM:
        pytest.skip("no Chromium here")
    from playwright.sync_api import sync_playwright

    with Site() as server, sync_playwright() as play:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        browser = play.chromium.launch(executable_path=find_program(None), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)

        def send(number):
            server.came.clear()
            page.goto(f"http://127.0.0.1:{server.server_port}/page/{number}")
            with page.expect_navigation():
                page.evaluate(FILL_IN)
            assert server.came.wait(PATIENCE_S)
            return plain(*server.sent)

        send.url = f"http://127.0.0.1:{server.server_port}/page/"
        yield send
        browser.close()
        server.shutdown()
        thread.join()


@pytest.mark.live
@pytest.mark.parametrize("name", PAGES)
def test_a_form_is_sent_as_chromium_sends_it(chromium, name):
    number = list(PAGES).index(name)
    assert ours(f"{chromium.url}{number}", PAGES[name]) == chromium(number)
