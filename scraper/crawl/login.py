"""Log in as a person would: get the page, fill in the form that has these inputs, send it with what else it holds."""

from __future__ import annotations

from collections.abc import Iterator, Set
from urllib.parse import urlencode

from scraper.errors import LoginFailed, Malformed, TooDeep, TooManyAttributes
from scraper.job import Login, urls
from scraper.models import Page, Request
from scraper.parse import tree
from scraper.parse.casts import Place, parse_url
from scraper.parse.encoding import decode
from scraper.parse.lxml_select import Css, Node
from scraper.parse.select import Clock, Regex
from scraper.parse.writers import writer_of

FORM_TYPE = ("Content-Type", "application/x-www-form-urlencoded")
_forms, _inputs = Css("form", is_page=True), Css("input[name], button[name], select[name], textarea[name]")


def form_request(login: Login, page: Page, origins: Set[tuple[str, str, int]]) -> Request:
    """Return the request that sends the form; without such a form on the page it goes to the login's own URL.

    Raises LoginFailed for a form that would carry the password to another origin than those that the config names, or
    from https to http.
    """
    decoded = decode(page.body, page.header("content-type"))
    wanted = {name for name, _ in login.form}
    try:
        root = tree.parse(decoded.text)
    except (TooDeep, TooManyAttributes) as error:
        raise LoginFailed(f"{page.url}: the login page cannot be read: {error}") from error
    encoding = writer_of(decoded.encoding)
    for form in _forms.find(root):
        if wanted <= {str(node.get("name")) for node in _inputs.find(form)}:
            pairs = [*((name, value) for name, value in _hidden(form) if name not in wanted), *login.form]
            url = _action(form, Place(page.url, encoding, page.fetched_at))
            is_downgrade = login.url.startswith("https:") and not url.startswith("https:")
            if is_downgrade or urls.origin(url) not in origins | {urls.origin(login.url)}:
                where = "which is no origin of the start URLs or of login.url"
                raise LoginFailed(f"{page.url}: the form would carry the password to {url}, {where}")
            return _send(url, str(form.get("method") or "get"), pairs, encoding)
    return _send(urls.parse(login.url), "post", list(login.form), "utf-8")


def check(login: Login, page: Page, limit_s: float) -> None:
    """Raise LoginFailed unless the page after the login is the one that was expected."""
    text = decode(page.body, page.header("content-type")).text
    for pattern in login.page_must_match:
        if not Regex(pattern).is_in(text, Clock(limit_s)):
            raise LoginFailed(f"{page.url}: the page after the login does not match page_must_match {pattern!r}")


def _action(form: Node, place: Place) -> str:
    try:
        return parse_url(form.get("action") or place.base_url, place)
    except Malformed as error:
        raise LoginFailed(f"{place.base_url}: the form's action {form.get('action')!r} {error}") from error


def _hidden(form: Node) -> Iterator[tuple[str, str]]:
    """Yield the inputs that a browser sends though nobody fills them in."""
    for node in _inputs.find(form):
        if node.tag == "input" and (node.get("type") or "").lower() == "hidden":
            yield str(node.get("name")), str(node.get("value") or "")


def _send(url: str, method: str, pairs: list[tuple[str, str]], encoding: str) -> Request:
    query = urlencode(pairs, encoding=encoding, errors="xmlcharrefreplace")
    if method.lower() == "post":
        return Request(url, method="POST", headers=(FORM_TYPE,), body=query.encode("ascii"))
    return Request(f"{url.partition('?')[0]}?{query}")
