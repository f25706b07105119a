"""Pages in the markup of quotes.toscrape.com and books.toscrape.com, with sayings and books of our own choice."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urljoin

from tests.support.fixture import Fact, Fixture, facts, fill

QUOTES = "https://quotes.toscrape.com/"
BOOKS = "https://books.toscrape.com/catalogue/"
PER_PAGE = 5
STARS = ("Zero", "One", "Two", "Three", "Four", "Five")
SHORT = 24
"""Characters of a title that a list shows at most."""


def quotes() -> Iterator[Fixture]:
    """Yield five pages, each linked to the next."""
    pages = list(_parts(facts("quotes")))
    for number, sayings in enumerate(pages, 1):
        url = QUOTES if number == 1 else f"{QUOTES}page/{number}/"
        before = f'<a href="/page/{number - 1}/"><span aria-hidden="true">&larr;</span> Previous</a>'
        after = f'<a href="/page/{number + 1}/">Next <span aria-hidden="true">&rarr;</span></a>'
        page = fill(
            "quotes",
            number=number,
            quotes="".join(map(_quote, sayings)).rstrip("\n"),
            pager=_pager(previous=before if number > 1 else "", next=after if number < len(pages) else ""),
        )
        yield Fixture(f"page-{number}", url, page, list(map(_quote_record, sayings)), "quotes")


def books() -> Iterator[Fixture]:
    """Yield two lists and a page for each book in them."""
    shelf = facts("books")
    pages = list(_parts(shelf))
    for number, part in enumerate(pages, 1):
        before, after = (
            f'<a href="page-{number + step}.html">{text}</a>' for step, text in ((-1, "previous"), (1, "next"))
        )
        page = fill(
            "books",
            count=len(shelf),
            first=PER_PAGE * (number - 1) + 1,
            last=PER_PAGE * (number - 1) + len(part),
            pods="".join(fill("book-pod", **_book_markup(book)) for book in part).rstrip("\n"),
            pager=_pager(
                previous=before if number > 1 else "",
                current=f"Page {number} of {len(pages)}",
                next=after if number < len(pages) else "",
            ),
        )
        yield Fixture(f"page-{number}", f"{BOOKS}page-{number}.html", page, list(map(_listed, part)), "books", "list")
    for book in shelf:
        page = fill("book", **_book_markup(book))
        yield Fixture(_slug(book["title"]), urljoin(BOOKS, _path(book)), page, [_detailed(book)], "books", "book")


def merged_books() -> list[Fact]:
    """Return each book's record with what its own page says."""
    return [_listed(book) | _detailed(book) for book in facts("books")]


def _parts(items: Sequence[Fact]) -> Iterator[Sequence[Fact]]:
    for at in range(0, len(items), PER_PAGE):
        yield items[at : at + PER_PAGE]


def _pager(**items: str) -> str:
    return "\n".join(
        f'            <li class="{name}">\n                {item}\n            </li>'
        for name, item in items.items()
        if item
    )


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))


# --------------------------------------------------------------------------- quotes


def _author_path(saying: Fact) -> str:
    return f"/author/{quote(saying['author'].replace(' ', '-'))}"


def _quote(saying: Fact) -> str:
    tags = (f'            <a class="tag" href="/tag/{tag}/page/1/">{tag}</a>\n' for tag in saying["tags"])
    return fill(
        "quote",
        text=html.escape(saying["text"]),
        author=html.escape(saying["author"]),
        author_path=_author_path(saying),
        keywords=",".join(saying["tags"]),
        tags="\n".join(tags),
    )


def _quote_record(saying: Fact) -> Fact:
    return {
        "text": saying["text"],
        "author": saying["author"],
        "author_url": urljoin(QUOTES, _author_path(saying)),
        "tags": saying["tags"],
    }


# --------------------------------------------------------------------------- books


def _path(book: Fact) -> str:
    """Return the path of a book's page as its list links it."""
    return f"{_slug(book['title'])}_{book['id']}/index.html"


def _book_markup(book: Fact) -> dict[str, str]:
    """Return what the templates of a book have places for."""
    title, stock = book["title"], book["stock"]
    cut = title if len(title) <= SHORT else title[:SHORT].rpartition(" ")[0] + " ..."
    texts = {name: html.escape(book[name]) for name in ("title", "category", "description", "upc")}
    return texts | {
        "category_slug": f"{_slug(book['category'])}_{len(book['category'])}",
        "path": _path(book),
        "price": f"{book['price']:.2f}",
        "short_title": html.escape(cut),
        "slug": _slug(title),
        "stars": STARS[book["rating"]],
        "in_stock": "instock" if stock else "outofstock",
        "icon": "ok" if stock else "remove",
        "availability": "In stock" if stock else "Out of stock",
        "stock": f"In stock ({stock} available)" if stock else "Out of stock",
    }


def _listed(book: Fact) -> Fact:
    return {
        "title": book["title"],
        "price": book["price"],
        "rating": book["rating"],
        "in_stock": book["stock"] > 0,
        "url": urljoin(BOOKS, _path(book)),
    }


def _detailed(book: Fact) -> Fact:
    return {
        "upc": book["upc"],
        "category": book["category"],
        "available": book["stock"] or None,
        "description": book["description"],
    }
