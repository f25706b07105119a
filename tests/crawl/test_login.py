"""The login form, as a browser would send it."""

import json
from urllib.parse import parse_qsl

import pytest
from msgspec.structs import replace

from scraper.crawl.login import check, request_for
from scraper.errors import LoginFailed
from scraper.fetch.redirects import redirected
from scraper.job import Login, Token
from scraper.models import Page

LOGIN = Login("https://a.example/login?next=x", (("user", "me"), ("password", "a&b 茶")), ("Logout",))
FORM = """<form action="/search"><input name="q"></form>
<form action="/session" method="POST">
<input type="hidden" name="csrf" value="t&amp;1"><input type="HIDDEN" name="user" value="old">
<input name="user"><input type="password" name="password"><input type="checkbox" name="keep" value="1">
<input type="submit" name="go" value="Log in"></form>"""


def form_request(login, page, origins):
    return request_for(login, page, origins, lambda url, name: None)


def page(body, content_type="text/html; charset=utf-8"):
    return Page("https://a.example/login?next=x", 200, (("Content-Type", content_type),), body, 0.0)


def test_the_form_with_these_inputs_is_sent_with_its_hidden_ones():
    request = form_request(LOGIN, page(FORM.encode()), frozenset())
    assert (request.url, request.method) == ("https://a.example/session", "POST")
    assert ("Content-Type", "application/x-www-form-urlencoded") in request.headers
    assert parse_qsl(request.body.decode()) == [
        ("csrf", "t&1"), ("user", "old"), ("user", "me"), ("password", "a&b 茶"), ("go", "Log in"),
    ]  # fmt: skip


REGISTER = """<form action="/register" method="post"><input name="user"><input type="password" name="password">
<input type="password" name="again"><input name="mail"></form>"""


def sent(body, **form):
    form = form or {"user": "me", "password": "pw"}
    request = form_request(Login("https://a.example/login", tuple(form.items()), ()), page(body.encode()), frozenset())
    query = request.body.decode() if request.body is not None else request.url.partition("?")[2]
    return request.method, request.url.partition("?")[0], parse_qsl(query, keep_blank_values=True)


@pytest.mark.parametrize("others", [(REGISTER,), (REGISTER, REGISTER.replace("password", "text", 1))])
def test_of_several_forms_the_one_with_one_password_and_the_fewest_inputs_is_sent(others):
    for body in (FORM + "".join(others), "".join(others) + FORM):
        assert sent(body)[1] == "https://a.example/session"
    long = FORM.replace("/session", "/long").replace(
        '<input name="user">', "<input name=user><input name=x><input name=y>"
    )
    assert sent(long + FORM)[1] == sent(FORM + long)[1] == "https://a.example/session"


@pytest.mark.parametrize(
    ("control", "pairs"),
    [
        ("<input name=a value=1>", [("a", "1")]),
        ("<input name=a>", [("a", "")]),
        ("<input type=checkbox name=a>", []),
        ("<input type=checkbox name=a checked>", [("a", "on")]),
        ("<input type=radio name=a value=1><input type=radio name=a value=2 checked>", [("a", "2")]),
        ("<input name=a value=1 disabled>", []),
        ("<fieldset disabled><input name=a value=1></fieldset>", []),
        ("<fieldset disabled><legend><input name=a value=1></legend><input name=b></fieldset>", [("a", "1")]),
        ("<select name=a><option value=1>x<option selected> y  z </select>", [("a", "y z")]),
        ("<select name=a><option disabled value=0>x<option value=1>y</select>", [("a", "1")]),
        ("<select name=a multiple><option>x<option>y</select>", []),
        ("<select name=a multiple><option selected>x<option selected>y</select>", [("a", "x"), ("a", "y")]),
        ("<select name=a></select>", []),
        ("<textarea name=a>\n\nx\ny</textarea>", [("a", "\r\nx\r\ny")]),
        ("<input type=reset name=b><input type=button name=c><button type=button name=d>", []),
        ("<button name=a value=1>go</button><button name=b value=2>cancel</button>", [("a", "1")]),
        ("<input type=image name=a>", [("a.x", "0"), ("a.y", "0")]),
        ("<input type=submit name=a value=Go><input type=submit name=b>", [("a", "Go")]),
        ("<input type=submit value=Go>", []),
        ("<input type=hidden name=_charset_>", [("_charset_", "utf-8")]),
        ("<input value=1>", []),
    ],
)
def test_what_stands_in_the_form_is_sent_as_a_browser_sends_it(control, pairs):
    form = f"<form method=post><input name=user><input type=password name=password>{control}</form>"
    assert sent(form)[2] == [("user", "me"), ("password", "pw"), *pairs]


def test_inputs_are_of_the_form_that_they_name():
    body = """<input form=in name=user value=old><form id=in method=post action=/in><input type=password name=password>
    <input form=out name=q value=1></form><form id=out><input name=r></form>
    <input type=hidden form=in name=t value=2>"""
    assert sent(body) == ("POST", "https://a.example/in", [("user", "me"), ("password", "pw"), ("t", "2")])


@pytest.mark.parametrize("method", ["method=dialog", "method=post><button formmethod=dialog>x</button"])
def test_a_form_that_only_closes_its_dialog_is_none(method):
    dialog = f"<form {method}><input name=user><input type=password name=password></form>"
    assert sent(dialog + FORM)[:2] == ("POST", "https://a.example/session")
    assert sent(dialog)[:2] == ("POST", "https://a.example/login"), "as without a form"


def test_the_first_button_says_where_the_form_goes():
    form = "<form action=/a><input name=user><input name=password type=password>"
    assert sent(form + "<button formaction=/b formmethod=post>")[:2] == ("POST", "https://a.example/b")
    assert sent(form + "<button><button formaction=/b>")[:2] == ("GET", "https://a.example/a")


def test_an_error_with_the_form_is_filled_in_and_one_without_is_no_login():
    refused = Page("https://a.example/login", 401, (("Content-Type", "text/html"),), FORM.encode(), 0.0)
    assert form_request(LOGIN, refused, frozenset()).url == "https://a.example/session"
    for body in (b"", FORM.replace('name="password"', 'name="pw"').encode()):
        with pytest.raises(LoginFailed, match="401"):
            form_request(LOGIN, replace(refused, body=body), frozenset())
    with pytest.raises(LoginFailed, match="401"):
        check(LOGIN, replace(refused, body=b"Logout"), 1.0)


def test_without_such_a_form_it_is_posted_to_the_url():
    request = form_request(LOGIN, page(b"<p>no form</p>"), frozenset())
    assert (request.url, request.method) == (LOGIN.url, "POST")
    assert parse_qsl(request.body.decode()) == list(LOGIN.form)


def test_a_get_form_and_a_form_without_action_are_sent_as_a_browser_would():
    body = b'<form><input name="user"><input name="password"></form>'
    request = form_request(LOGIN, page(body), frozenset())
    assert (request.method, request.body) == ("GET", None)
    assert request.url.startswith("https://a.example/login?user=me&password=a%26b+")


def test_the_form_is_sent_in_the_encoding_of_its_page():
    request = form_request(LOGIN, page(FORM.encode("gb18030"), "text/html; charset=gbk"), frozenset())
    assert b"password=a%26b+%B2%E8" in request.body


def test_an_action_that_is_no_web_address_is_refused():
    with pytest.raises(LoginFailed, match="javascript"):
        form_request(LOGIN, page(FORM.replace("/session", "javascript:x").encode()), frozenset())


@pytest.mark.parametrize(
    "body", ["<div>" * 5000, "<p>" * 20_000 + "<p " + " ".join(f"a{n}" for n in range(20_000)) + ">"]
)
def test_a_login_page_that_no_parser_reads_is_no_login(body):
    with pytest.raises(LoginFailed, match="cannot be read"):
        form_request(LOGIN, page(body.encode()), frozenset())


def test_the_page_after_the_login_must_be_the_right_one():
    check(LOGIN, page(b"<a>Logout</a>"), 1.0)
    with pytest.raises(LoginFailed, match="Logout"):
        check(LOGIN, page(b"wrong password"), 1.0)


def test_a_login_whose_answer_is_its_form_again_has_failed():
    form = b'<form method="post"><input name="user"><input type="password" name="password"></form>Wrong. Logout'
    with pytest.raises(LoginFailed, match="its form is there again"):
        check(replace(LOGIN, page_must_match=()), page(form), 1.0)
    check(LOGIN, page(form), 1.0)
    check(replace(LOGIN, page_must_match=()), page(form.replace(b'type="password"', b"")), 1.0)
    check(replace(LOGIN, page_must_match=(), form=(), json={"user": "me"}), page(form), 1.0)


ORIGINS = {("https", "sso.example", 443), ("http", "a.example", 80)}
"""Those that the config names beside that of its login."""


@pytest.mark.parametrize(
    "action",
    [
        "https://evil.example/steal",
        "http://a.example/session",
        "https://a.example:8443/session",
        "https://b.a.example/session",
        "https://sso.example:444/in",
        "http://sso.example/in",
    ],
)
def test_the_password_goes_to_no_other_origin_and_never_in_the_clear(action):
    with pytest.raises(LoginFailed, match="carry the password"):
        form_request(LOGIN, page(FORM.replace("/session", action).encode()), ORIGINS)


def test_the_password_goes_to_another_origin_that_the_config_names():
    other = page(FORM.replace("/session", "https://sso.example/in").encode())
    assert form_request(LOGIN, other, ORIGINS).url == "https://sso.example/in"


# --------------------------------------------------------------------------- JSON and tokens

API = Login(
    "https://a.example/api/login",
    (),
    page="https://a.example/login",
    json={"user": "me", "password": "p茶", "keep": True},
    token=Token("X-CSRF-Token", meta="csrf-token"),
)
HEAD = b"<!doctype html><meta name=viewport content=x><META NAME=csrf-token CONTENT='t&amp;1 '><div id=app></div>"


def asked(login, body, cookies=None):
    return request_for(login, body and page(body), frozenset(), lambda url, name: (cookies or {}).get(name))


def test_json_is_posted_with_the_token_of_the_page():
    request = asked(API, HEAD)
    assert (request.method, request.url) == ("POST", "https://a.example/api/login")
    assert request.body == '{"user":"me","password":"p茶","keep":true}'.encode()
    assert request.headers == (("Content-Type", "application/json"), ("X-CSRF-Token", "t&1"))


def test_json_alone_needs_no_page():
    login = replace(API, page=None, token=None)
    assert login.first_url is None
    assert asked(login, None).headers == (("Content-Type", "application/json"),)


def test_a_token_of_a_cookie_is_decoded_as_scripts_do_it():
    login = replace(API, token=Token("X-XSRF-TOKEN", cookie="XSRF-TOKEN"))
    assert asked(login, HEAD, {"XSRF-TOKEN": "eyJ%3D%3D+x"}).headers[1] == ("X-XSRF-TOKEN", "eyJ==+x")


def test_a_form_takes_a_token_too():
    login = replace(LOGIN, token=Token("X-CSRF-Token", meta="csrf-token"))
    for form in (FORM, "", "<form><input name=user><input name=password></form>"):
        assert ("X-CSRF-Token", "t&1") in asked(login, HEAD + form.encode()).headers


@pytest.mark.parametrize(
    "body",
    [
        b"<p>",
        b"<meta name=csrf-token>",
        b"<meta name=CSRF-Token content=x>",
        b"<template><meta name=csrf-token content=x></template>",
        b"<textarea><meta name=csrf-token content=x></textarea>",
        b"<!--<meta name=csrf-token content=x>-->",
    ],
)
def test_a_page_without_the_token_is_no_login(body):
    with pytest.raises(LoginFailed, match="expected a meta csrf-token"):
        asked(API, body)
    with pytest.raises(LoginFailed, match="expected the cookie sid"):
        asked(replace(API, token=Token("X", cookie="sid")), body, {"other": "1"})


def test_of_metas_with_one_name_the_first_counts():
    assert asked(API, b"<meta name=csrf-token content=1><body><meta name=csrf-token content=2>").headers[1][1] == "1"


@pytest.mark.parametrize("fetcher", ["requests", "curl"])
@pytest.mark.parametrize("token", ["meta: csrf", "cookie: XSRF-TOKEN"])
@pytest.mark.live
def test_an_api_is_logged_in_to(scraper, config, folder, site, fetcher, token):
    """As of Laravel, Rails or Django with a page of scripts: 419 without the token of the session."""

    def log_in(handler):
        body = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        is_good = body == {"user": {"name": "me", "pin": 73911}, "password": "hush-1234"}
        is_good &= handler.headers["X-Token"] == "to/ken=" and "XSRF-TOKEN=to%2Fken%3D" in handler.headers["Cookie"]
        is_good &= handler.headers["Content-Type"] == "application/json"
        return (
            (200, {"Set-Cookie": "sid=1; Path=/", "Content-Type": "application/json"}, '{"ok":true}')
            if is_good
            else 419
        )

    page = "<meta name=csrf content='to/ken='><div id=app></div>"
    site.pages = {
        "/login": (200, {"Set-Cookie": "XSRF-TOKEN=to%2Fken%3D; Path=/"}, page),
        "/api/login": log_in,
        "/tea": lambda handler: "<b>tea" if "sid=1" in handler.headers.get("Cookie", "") else (401, {}, "no"),
    }
    path = config(f"""
start_urls: ["{site.url}/tea"]
records: {{fields: {{name: b}}}}
login:
  url: {site.url}/api/login
  page: {site.url}/login
  json: {{user: {{name: me, pin: 73911}}, password: "${{PW}}"}}
  token: {{header: X-Token, {token}}}
  page_must_match: ['"ok":true']
settings: {{robotstxt_obey: false, retry_times: 0, contact: me@a.example, fetcher: {fetcher}}}
""")
    done = scraper(path, env={"PW": "hush-1234"})
    assert done.returncode == 0, done.stderr
    assert (folder / "output/board.jsonl").read_text() == '{"name":"tea"}\n'
    written = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file() and one != path)
    assert b"hush-1234" not in written
    assert b"73911" not in written


ODD = """Max-Age=3600.5|Max-Age=|Max-Age="60"|Max-Age=session|Path|Domain|Path="/"|Domain=|Path=/other; Path=/
|Port=80|Version=2|Domain=127.0.0.1|Expires=soon|Comment=x|Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT
|SameSite=x|; ;=;|Priority""".replace("\n", "").split("|")


@pytest.mark.parametrize("fetcher", ["requests", "curl"])
@pytest.mark.live
def test_a_session_whose_cookies_have_odd_attributes_opens_the_members_page(scraper, config, folder, site, fetcher):
    def spelt(number):  # the site keeps its header lines by their names
        name = "".join(sign.upper() if number >> at & 1 else sign for at, sign in enumerate("set"))
        return f"{name}-{'C' if number & 8 else 'c'}ooki{'E' if number & 16 else 'e'}"

    def members(handler):
        sent = set((handler.headers["Cookie"] or "").split("; "))
        missing = [what for number, what in enumerate(ODD) if f"c{number}=1" not in sent]
        return f"<h1>{missing or 'Logout'}</h1>"

    def log_in(handler):
        handler.rfile.read(int(handler.headers["Content-Length"]))
        return 302, {"Location": "/me", **lines}, ""

    lines = {spelt(number): f"c{number}=1; {what}" for number, what in enumerate(ODD)}
    assert len(lines) == len(ODD)
    site.pages = {"/login": FORM, "/session": log_in, "/me": members}
    text = f"""
start_urls: ["{site.url}/me"]
records: {{fields: {{title: h1}}}}
login: {{url: "{site.url}/login", form: {{user: me, password: pw}}, page_must_match: [Logout]}}
settings: {{robotstxt_obey: false, retry_times: 0, contact: me@a.example, fetcher: {fetcher}}}
"""
    done = scraper(config(text))
    assert done.returncode == 0, done.stderr
    assert (folder / "output/board.jsonl").read_text() == '{"title":"Logout"}\n'


@pytest.mark.live
def test_what_an_api_repeats_of_the_login_is_masked(scraper, config, site):
    site.pages["/api"] = (422, {"X-Echo": "hush-1234"}, "hush-1234 is wrong")
    path = config(f"""
start_urls: ["{site.url}/hush-1234"]
records: {{fields: {{name: b}}}}
login: {{url: "{site.url}/api", json: {{auth: [{{password: hush-1234}}]}}}}
settings: {{robotstxt_obey: false, retry_times: 0, contact: me@a.example}}
""")
    for arguments in ((path,), ("check", path)):
        done = scraper(*arguments)
        assert "hush-1234" not in done.stdout + done.stderr
        assert "***" in done.stdout + done.stderr or "422" in done.stderr
    assert "login: JSON with auth, posted to" in done.stdout + done.stderr


def test_a_redirect_of_the_login_takes_no_token_elsewhere():
    request = asked(API, HEAD)
    assert redirected(request, 307, "https://a.example/b").headers == request.headers
    assert redirected(request, 302, "https://a.example/b").headers == (("X-CSRF-Token", "t&1"),)
    for url in ("https://b.example/", "http://a.example/", "https://a.example:444/"):
        assert redirected(request, 307, url).headers == ()
        assert redirected(request, 307, url).body is None
