"""Log in as a person would: get the page, fill in the form that has these inputs, send it as a browser would."""

from __future__ import annotations

from collections.abc import Set
from urllib.parse import urlencode

from scraper.crawl.forms import Form, forms
from scraper.errors import LoginFailed, Malformed, TooDeep, TooManyAttributes
from scraper.job import Login, urls
from scraper.models import Page, Request
from scraper.parse.encodings.encoding import decode
from scraper.parse.encodings.writers import writer_of
from scraper.parse.selectors.select import Clock, Regex
from scraper.parse.trees import tree
from scraper.parse.values.casts import Place, parse_url

FORM_TYPE = ("Content-Type", "application/x-www-form-urlencoded")


def form_request(login: Login, page: Page, origins: Set[tuple[str, str, int]]) -> Request:
    """Return the request that sends the form; without such a form on the page it goes to the login's own URL.

    Raises LoginFailed for a form that would carry the password to another origin than those that the config names, or
    from https to http, and for an error (401) without the form.
    """
    form, encoding = _form(login, page)
    if form is None:
        if page.status >= 400:
            raise LoginFailed(f"{page.url} answered {page.status}, without a form that has the inputs of login.form")
        return _send(urls.parse(login.url), "post", list(login.form), "utf-8")
    url = _action(form.said("action"), Place(page.url, encoding, page.fetched_at))
    is_downgrade = login.url.startswith("https:") and not url.startswith("https:")
    if is_downgrade or urls.origin(url) not in origins | {urls.origin(login.url)}:
        where = "which is no origin of the start URLs or of login.url"
        raise LoginFailed(f"{page.url}: the form would carry the password to {url}, {where}")
    return _send(url, form.said("method") or "get", form.pairs(dict(login.form), encoding), encoding)


def _form(login: Login, page: Page) -> tuple[Form | None, str]:
    """Return the form of a page that has the inputs to fill in, and the encoding that it is sent in."""
    decoded = decode(page.body, page.header("content-type"))
    try:
        root = tree.parse(decoded.text)
    except (TooDeep, TooManyAttributes) as error:
        raise LoginFailed(f"{page.url}: the login page cannot be read: {error}") from error
    wanted = {name for name, _ in login.form}
    able = [form for form in forms(root) if wanted <= form.names]
    return min(able, key=lambda form: form.rank, default=None), writer_of(decoded.encoding)


def is_asked_for(login: Login, page: Page) -> bool:
    """Return whether a page has the form to fill in, which those who are logged in do not see."""
    if not all(name.encode() in page.body for name, _ in login.form):
        return False
    try:
        form, _ = _form(login, page)
    except LoginFailed:
        return False
    return form is not None and form.has_password


def check(login: Login, page: Page, limit_s: float) -> None:
    """Raise LoginFailed unless the page after the login is the one that was expected."""
    if page.status >= 400:
        raise LoginFailed(f"{page.url}: the login failed: http {page.status}")
    text = decode(page.body, page.header("content-type")).text
    for pattern in login.page_must_match:
        if not Regex(pattern).is_in(text, Clock(limit_s)):
            raise LoginFailed(f"{page.url}: the page after the login does not match page_must_match {pattern!r}")


def _action(action: str, place: Place) -> str:
    try:
        return parse_url(action or place.base_url, place)
    except Malformed as error:
        raise LoginFailed(f"{place.base_url}: the form's action {action!r} {error}") from error


def _send(url: str, method: str, pairs: list[tuple[str, str]], encoding: str) -> Request:
    query = urlencode(pairs, encoding=encoding, errors="xmlcharrefreplace")
    if method.lower() == "post":
        return Request(url, method="POST", headers=(FORM_TYPE,), body=query.encode("ascii"))
    return Request(f"{url.partition('?')[0]}?{query}")
