"""A shop without a network: its pages in a dict, three configs that read it, and runs of them in this process."""

from __future__ import annotations

import functools
import json
import time
from urllib.parse import urlsplit

import scraper as package
from scraper.models import Failure, Page

HOST = "http://shop.example"
LISTS, ITEMS = 3, 20
FIRST_NAMES = "Anna Bo Chandra Dominique Emil Farida Gus Henrietta".split()
LAST_NAMES = "Berg Castellano Dorn Eriksson Fox Greene-Hall Ito".split()
HEAD = (
    "mend: false\nsettings: {robotstxt_obey: false, contact: t@example.com, retry_times: 0, pool: {engine: threads}}\n"
)
CATALOGUE = f"""{HEAD}
pages:
  list:
    start_urls: ["{HOST}/list?page=1"]
    records:
      name: item
      each: li
      key: [id]
      fields: {{id: {{css: a, attr: title}}, name: a, price: {{css: i, type: float}}}}
      follow: {{css: a, page: detail}}
    follow: {{css: .next, page: list}}
  detail:
    records: {{fields: {{title: h1, text: p, stock: .stock, code: .code, cost: em, grower: cite}}}}
"""
MERGED = CATALOGUE.replace("page: detail}", "page: detail, merge: true}")
SITEMAP = f"""{HEAD}
pages:
  index: {{start_urls: ["{HOST}/sitemap.xml"], parser: xml, follow: {{css: loc, page: map}}}}
  map: {{parser: xml, follow: {{css: loc, page: detail}}}}
  detail: {{records: {{fields: {{title: h1, text: p, stock: .stock, code: .code, cost: em, grower: cite}}}}}}
"""
FEED = f"""{HEAD}
start_urls: ["{HOST}/api?page={{page}}"]
params: {{page: {{first: 1, last: 10}}}}
records: {{each: {{json: items}}, fields: {{id: {{json: id}}, name: {{json: name}}}}}}
"""
CONFIGS = {"catalogue": CATALOGUE, "merged": MERGED, "sitemap": SITEMAP, "feed": FEED}


def home() -> dict:
    """Return the pages of an ordinary day."""
    return pages(range(LISTS * ITEMS))


def pages(numbers, per_list=ITEMS, price="{}.50", stock="yes") -> dict:
    """Return the pages of a shop with these items."""
    numbers = list(numbers)
    lists = [numbers[at : at + per_list] for at in range(0, len(numbers), per_list)]
    found = {"/": "<h1>Welcome</h1><p>to the shop"}
    for page, inside in enumerate(lists, 1):
        items = "".join(f'<li><a href="/p/{n}" title="{n}">n{n}</a><i>{price.format(n)}</i></li>' for n in inside)
        following = f'<b><a class="next" href="/list?page={page + 1}">next</a></b>' if page < len(lists) else ""
        found[f"/list?page={page}"] = f"<ul>{items}</ul>{following}"
        found[f"/map-{page}.xml"] = urlset(f"/p/{n}" for n in inside)
    for page in range(10):
        inside = numbers[page * len(numbers) // 10 : (page + 1) * len(numbers) // 10]
        found[f"/api?page={page + 1}"] = feed(inside)
    found["/sitemap.xml"] = urlset(f"/map-{page}.xml" for page in range(1, len(lists) + 1))
    for n in numbers:
        found[f"/p/{n}"] = f'<h1>n{n}</h1><p>text {n}</p><b class="stock">{stock}</b><b class="code">c{n}</b>{label(n)}'
    return found


def label(number: int) -> str:
    """Return what else is said of an item: what it costs, as a text, and whose it is."""
    first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number // 2 % len(LAST_NAMES)]
    return f"<em>€ {number}.00</em><cite>{first} {last}</cite>"


def feed(numbers) -> str:
    """Return a page of the JSON API."""
    return json.dumps({"items": [{"id": n, "name": f"n{n}"} for n in numbers]})


def urlset(paths) -> str:
    """Return a sitemap."""
    return "<urlset>" + "".join(f"<url><loc>{HOST}{path}</loc></url>" for path in paths) + "</urlset>"


def to(path: str, **headers: str) -> tuple:
    """Return a redirect."""
    return 302, {"Location": path, **headers}, ""


class Shelf:
    """What answers instead of a network: a body, or (status, headers, body), or a function of the request."""

    def __init__(self, pages: dict) -> None:
        self._pages = pages

    def ask(self, request):
        """Return what gives the answer."""
        return functools.partial(self._answer, request)

    def close(self) -> None:
        """There is nothing to close."""

    def _answer(self, request) -> Page | Failure:
        parts = urlsplit(request.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = self._pages.get(path, (404, {}, "not here"))
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Failure):
            return answer
        status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
        body = body if isinstance(body, bytes) else body.encode()
        lines = {"Content-Type": "text/html; charset=utf-8", **headers}
        return Page(request.url, status, tuple(lines.items()), body, time.time())


def run(monkeypatch, path, pages: dict, **options):
    """Run a config with a shop and return the report."""
    monkeypatch.setattr("scraper.worker._open_source", lambda *_: Shelf(pages))
    return package.run(_job(path, path.read_bytes()), **options)


@functools.lru_cache
def _job(path, _text):
    """Return the job of a config, which is read once however many runs it has."""
    return package.load_config(path)
