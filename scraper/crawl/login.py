"""Log in as a person would: get the page, fill in the form that has these inputs, send it as a browser would.

Or as a script of that page would: post JSON, with the token that the page holds in a header line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from urllib.parse import unquote

from scraper.crawl.bodies import JSON_TYPE
from scraper.crawl.forms import Filled, Form, forms
from scraper.errors import LoginFailed, Malformed, TooDeep, TooManyAttributes
from scraper.job import Login, Token, urls
from scraper.models import Headers, Page, Request
from scraper.parse.document import Document
from scraper.parse.encodings.encoding import decode
from scraper.parse.selectors.select import Clock, Regex
from scraper.parse.trees.parsers import engine_of
from scraper.parse.values.casts import Place, parse_url

CookieOf = Callable[[str, str], str | None]
"""From a URL and a name to the value of the cookie that is sent there, None where there is none."""


def request_for(login: Login, page: Page | None, origins: Set[tuple[str, str, int]], cookie_of: CookieOf) -> Request:
    """Return the request that logs in; `page`: the one to get before, `origins`: those that the config names.

    Raises LoginFailed for a form that would carry the password to another origin, or from https to http, for an error
    (401) without the form, and for a page without the token.
    """
    token = _token_line(login, page, cookie_of)
    if login.json is not None:
        body = json.dumps(login.json, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        head: Headers = (("Content-Type", JSON_TYPE), *token)
        return Request(urls.parse(login.url), method="POST", headers=head, body=body)
    assert page is not None, "a form has a page"
    form, document = _form(login, page)
    encoding = document.place.encoding.removeprefix("page-")
    if form is None:
        if page.status >= 400:
            raise LoginFailed(f"{page.url} answered {page.status}, without a form that has the inputs of login.form")
        return _send(urls.parse(login.url), Form.bare(dict(login.form)), token)
    filled = form.fill(dict(login.form), encoding)
    url = _action(filled.action, page.url, document.place)
    is_downgrade = page.url.startswith("https:") and not url.startswith("https:")
    if is_downgrade or urls.origin(url) not in origins | {urls.origin(login.url)}:
        where = "which is no origin of the start URLs or of login"
        raise LoginFailed(f"{page.url}: the form would carry the password to {url}, {where}")
    return _send(url, filled, token)


def _form(login: Login, page: Page) -> tuple[Form | None, Document]:
    """Return the form of a page that has the inputs to fill in."""
    document = _document(page)
    try:
        able = [form for form in forms(document.text) if login.names <= form.names]
    except (TooDeep, TooManyAttributes) as error:
        raise LoginFailed(f"{page.url}: the login page cannot be read: {error}") from error
    return min(able, key=lambda form: form.rank, default=None), document


def _document(page: Page) -> Document:
    decoded = decode(page.body, page.header("content-type"))
    engine = engine_of("html5")  # as a browser has it, whatever the pages of the crawl are read by
    return Document(decoded, url=page.url, fetched_at=page.fetched_at, engine=engine, clock=Clock(1.0))


def _token_line(login: Login, page: Page | None, cookie_of: CookieOf) -> Headers:
    """Return the header line with the token, nothing where none is wanted."""
    if login.token is None or page is None:
        return ()
    value = cookie_of(login.url, login.token.cookie) if login.token.cookie else _content(login.token, page)
    if value is None:
        wanted = f"the cookie {login.token.cookie}" if login.token.cookie else f"a meta {login.token.meta}"
        raise LoginFailed(f"{page.url}: expected {wanted} for login.token, the page has none")
    return ((login.token.header, unquote(value) if login.token.cookie else value.strip()),)


def _content(token: Token, page: Page) -> str | None:
    """Return the content of the first meta of that name."""
    engine = engine_of("html5")
    try:
        found = engine.css("meta[name][content]", is_page=True).find(_document(page).root)
    except (TooDeep, TooManyAttributes) as error:
        raise LoginFailed(f"{page.url}: the login page cannot be read: {error}") from error
    named = (node for node in found if engine.attribute(node, "name") == token.meta)
    return next((engine.attribute(node, "content") for node in named), None)


def is_asked_for(login: Login, page: Page) -> bool:
    """Return whether a page has the form to fill in, which those who are logged in do not see."""
    if login.actions:
        return _has_fields(login, page)
    if not all(name.encode() in page.body for name in login.names):
        return False
    try:
        form, _ = _form(login, page)
    except LoginFailed:
        return False
    return form is not None and form.has_password


def _has_fields(login: Login, page: Page) -> bool:
    """Return whether a page has all that is filled in in the browser, a password among it."""
    if not login.marks or b"password" not in page.body:
        return False
    engine = engine_of("html5")
    try:
        root = _document(page).root
        found = [engine.css(pattern, is_page=True).find(root) for pattern in login.marks]
    except (TooDeep, TooManyAttributes):
        return False
    is_there = all(map(len, found))
    return is_there and any(engine.attribute(node, "type") == "password" for nodes in found for node in nodes)


def is_over(login: Login, page: Page, limit_s: float) -> bool:
    """Return whether the page to get before shows that the run is logged in: it is another one, without the form."""
    if page.status >= 400 or _form(login, page)[0] is not None:
        return False
    if login.page_must_match:
        return _mismatch(login, page, limit_s) is None
    return login.first_url is not None and urls.parse(page.url) != urls.parse(login.first_url)


def check(login: Login, page: Page, limit_s: float) -> None:
    """Raise LoginFailed unless the page after the login is the one that was expected."""
    if page.status >= 400:
        raise LoginFailed(f"{page.url}: the login failed: http {page.status}")
    if (pattern := _mismatch(login, page, limit_s)) is not None:
        raise LoginFailed(f"{page.url}: the page after the login does not match page_must_match {pattern!r}")
    if not login.page_must_match and login.form and is_asked_for(login, page):
        told = "the login failed: its form is there again; if that is so for members too, say login.page_must_match"
        raise LoginFailed(f"{page.url}: {told}")


def _mismatch(login: Login, page: Page, limit_s: float) -> str | None:
    """Return the first pattern that a page should hold and does not."""
    text = decode(page.body, page.header("content-type")).text
    return next((one for one in login.page_must_match if not Regex(one).is_in(text, Clock(limit_s))), None)


def _action(action: str, page_url: str, place: Place) -> str:
    try:
        return parse_url(action, place) if action else page_url
    except Malformed as error:
        raise LoginFailed(f"{page_url}: the form's action {action!r} {error}") from error


def _send(url: str, filled: Filled, token: Headers) -> Request:
    if filled.is_post:
        return Request(url, method="POST", headers=(("Content-Type", filled.content_type), *token), body=filled.data)
    return Request(f"{url.partition('#')[0].partition('?')[0]}?{filled.data.decode('ascii')}", headers=token)
