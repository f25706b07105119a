"""A library that shows a reader's loans behind a login, whose form has a hidden token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import Template
from urllib.parse import quote

from tests.support.fixture import HTML, Exchange, Fact

SITE = "https://library.example"
ENVIRONMENT = {"LIBRARY_CARD": "2026 0001", "LIBRARY_PIN": "p&n=0000"}
"""What the config asks of it. The recording knows neither, so that any others do."""
TOKEN = "b7=1&c+9"
LOANS: list[Fact] = [
    {
        "title": "The Left Hand of Darkness",
        "author": "Ursula K. Le Guin",
        "barcode": "300412",
        "borrowed": "2026-11-04",
        "due": ("in 5 days", "2026-11-25"),
        "renewals": 1,
        "is_reserved": False,
    },
    {
        "title": "Invisible Cities",
        "author": "Italo Calvino",
        "barcode": "300977",
        "borrowed": "2026-11-13",
        "due": ("24 December 2026", "2026-12-24"),
        "renewals": 0,
        "is_reserved": True,
    },
    {
        "title": "Atlas of the Heavens",
        "author": None,
        "barcode": "411002",
        "borrowed": "2026-10-22",
        "due": ("yesterday", "2026-11-19"),
        "renewals": 2,
        "is_reserved": False,
    },
    {
        "title": "Solaris",
        "author": "Stanisław Lem",
        "barcode": "300518",
        "borrowed": "2026-11-19",
        "due": ("31 December 2026", "2026-12-31"),
        "renewals": 0,
        "is_reserved": False,
    },
]
PER_PAGE = 3
OUT = """<form action="/search" method="get"><input name="q"><button>Search</button></form>
<form id="login" action="/session" method="post">
<input type="hidden" name="csrf" value="b7=1&amp;c+9">
<label>Card <input name="card" autocomplete="username"></label>
<label>PIN <input name="pin" type="password" autocomplete="current-password"></label>
<button type="submit">Log in</button>
</form>"""
PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title – Town library</title></head>
<body>
<nav><a href="/">Catalogue</a> $who</nav>
<h1>$title</h1>
$main
</body></html>
""")
LOAN = Template("""<li class="loan" data-barcode="$barcode">
  <span class="title">$title</span>$author
  <span>borrowed <time datetime="$borrowed">$borrowed</time>, due <b class="due">$due</b></span>$more
</li>
""")


def exchanges() -> Iterator[Exchange]:
    """Yield the login's page, the answer to its form, where that leads to, and the lists of loans."""
    yield Exchange("login", f"{SITE}/login", PAGE.substitute(title="Log in", who="", main=OUT))
    body = f"csrf={quote(TOKEN, safe='')}&card=${{LIBRARY_CARD}}&pin=${{LIBRARY_PIN}}"
    seen = {"Location": "/welcome"}
    yield Exchange("session", f"{SITE}/session", b"", status=303, headers=seen, content_type=None, body=body.encode())
    yield Exchange("welcome", f"{SITE}/welcome", _inside("Welcome", '<p><a href="/loans">Your loans</a></p>'))
    yield _loans("loans-1", "/loans", LOANS[:PER_PAGE], '<a rel="next" href="/loans?page=2">older</a>')
    yield _loans("loans-2", "/loans?page=2", LOANS[PER_PAGE:], '<a rel="prev" href="/loans">newer</a>')


def _inside(title: str, main: str) -> str:
    return PAGE.substitute(
        title=title, who='<form action="/logout" method="post"><button>Log out</button></form>', main=main
    )


def _loans(slug: str, path: str, loans: Sequence[Fact], pager: str) -> Exchange:
    items = "".join(map(_loan, loans))
    return Exchange(
        slug, f"{SITE}{path}", _inside("Your loans", f"<ul>\n{items}</ul>\n<p>{pager}</p>"), content_type=HTML
    )


def _loan(loan: Fact) -> str:
    renewals = f'\n  <span class="renewals">renewed {loan["renewals"]} of 3 times</span>' if loan["renewals"] else ""
    reserved = '\n  <em class="reserved">somebody waits for it</em>' if loan["is_reserved"] else ""
    author = f', <span class="author">{loan["author"]}</span>' if loan["author"] else ""
    return LOAN.substitute(loan | {"due": loan["due"][0], "author": author, "more": renewals + reserved})


def records() -> list[Fact]:
    """Return all loans."""
    return [loan | {"due": loan["due"][1]} for loan in LOANS]
