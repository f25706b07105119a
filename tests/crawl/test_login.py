"""The login form, as a browser would send it."""

from urllib.parse import parse_qsl

import pytest

from scraper.crawl.login import check, form_request
from scraper.errors import LoginFailed
from scraper.job import Login
from scraper.models import Page

LOGIN = Login("https://a.example/login?next=x", (("user", "me"), ("password", "a&b 茶")), ("Logout",))
FORM = """<form action="/search"><input name="q"></form>
<form action="/session" method="POST">
<input type="hidden" name="csrf" value="t&amp;1"><input type="HIDDEN" name="user" value="old">
<input name="user"><input type="password" name="password"><input type="checkbox" name="keep" value="1">
<input type="submit" name="go" value="Log in"></form>"""


def page(body, content_type="text/html; charset=utf-8"):
    return Page("https://a.example/login?next=x", 200, (("Content-Type", content_type),), body, 0.0)


def test_the_form_with_these_inputs_is_sent_with_its_hidden_ones():
    request = form_request(LOGIN, page(FORM.encode()), frozenset())
    assert (request.url, request.method) == ("https://a.example/session", "POST")
    assert ("Content-Type", "application/x-www-form-urlencoded") in request.headers
    assert parse_qsl(request.body.decode()) == [("csrf", "t&1"), ("user", "me"), ("password", "a&b 茶")]


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
