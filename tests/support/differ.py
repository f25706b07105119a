"""Compare html5's trees with a headless Chromium's, on all saved pages and on generated tag soup.

    make differ                        3,000 pages of tag soup
    python -m tests.support.differ 20000 7     as many as you like, from another seed

It prints each page whose trees differ for no reason that is known here, cut down to what still differs, and fails if
there is one.
"""

# ruff: noqa: E501 - lists of pieces

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from scraper.errors import TooDeep
from scraper.parse.trees import html5
from tests.support.chromium import Browser, browser
from tests.support.treedump import dump

ROOT = Path(__file__).parents[2]
BATCH = 100
TAGS = (
    "a b i em p p div div span ul ol li li dl dt dd table table tr tr td td th tbody thead tfoot caption col colgroup form"
    " select option optgroup button input br hr img h1 h2 h3 article section figure figcaption main nav header footer"
    " address blockquote center details summary fieldset legend font nobr pre listing textarea title style script noscript"
    " template svg math mi mo mtext annotation-xml foreignObject desc path a ruby rt rp rb rtc object applet marquee frameset"
    " frame iframe noframes noembed xmp plaintext body html head meta link base x-y image isindex menuitem search dialog"
    " keygen track wbr area embed param source strike tt u s code big small sub sup label meter"
).split()
ATTRIBUTES = (
    "class=x", "id='a b'", 'title="a>b"', "hidden", "HREF=/x", "viewbox=1", "xlink:href=/y", "definitionurl=z", "a=1 a=2",
    "type=hidden", 'encoding="text/html"', "color=red", "/", "=x", "'", '"q', "data-é=ü", "a/b=c",
)  # fmt: skip
TEXTS = (
    "text", " ", "\n", "a b", "&amp;", "&nbsp", "&copy=1", "&notit;", "&#0;", "&#x80;", "é", "\f", "<", "&", "]]>", "\0", "&lt",
    "<!-- c -->", "<!---->", "<!-->", "<!--a--!>b", "<!doctype html>", "<![CDATA[x]]>", "<?pi?>", "</>", "</ x>", "\r\n", "<!x>",
)  # fmt: skip


REASONS = {
    "\0": "a NUL: Chromium keeps one behind < and drops white space behind it; turbohtml opens elements again for it",
    "<search": "the standard has made search a special element in 2023, Chromium has not",
    "<isindex": "turbohtml knows isindex as a special element, which the standard has given up",
    "<(?:source|track|param)": "turbohtml opens formatting elements again before it, which the standard does not",
    "<template.*<frameset": "turbohtml lets a frameset come in a template, which takes the page's body away",
    "<template.*<a.*<a": "what a template holds is kept as markup, and a link in a link is none when it is read again",
    "<template.*<plaintext": "what a template holds is kept as markup, and nothing closes plaintext in markup",
    "</html *><html": "turbohtml puts a comment there into the body, the standard behind the page",
    "</head>.*<head": "turbohtml puts white space there into the body, the standard before it",
    "&#0|&#x0": "Chromium lets a frameset come behind U+FFFD that a reference made, the standard does not",
}
"""What is in a page that differs, cut down → why it does. None of it has been seen to change a record."""


def reason(page: str) -> str | None:
    """Return why the trees of a page that is cut down differ, None if nobody knows."""
    return next((why for sign, why in REASONS.items() if re.search(sign, page, re.IGNORECASE | re.DOTALL)), None)


def soup(seed: int) -> str:
    """Return a page of tags in no order, the same for the same seed."""
    chance = random.Random(seed)
    doctype = chance.choice(["", "<!doctype html>", "<!DOCTYPE html PUBLIC '-//W3C//DTD HTML 3.2 Final//EN'>"])
    tags = chance.sample(TAGS, chance.randint(3, 12))
    return doctype + "".join(_piece(chance, tags) for _ in range(chance.randint(3, 40)))


def _piece(chance: random.Random, tags: Sequence[str]) -> str:
    kind, tag = chance.random(), chance.choice(tags)
    if kind < 0.25:
        return chance.choice(TEXTS)
    if kind < 0.55:
        return f"</{tag}{chance.choice(['', '', ' ', ' a=b'])}>"
    attributes = "".join(f" {chance.choice(ATTRIBUTES)}" for _ in range(chance.choice([0, 0, 0, 1, 2])))
    name = chance.choice([tag, tag, tag, tag.upper()])
    return f"<{name}{attributes}{chance.choice(['', '', '', '', '/'])}>"


def saved_pages() -> Iterator[str]:
    """Yield the pages of the fixtures."""
    for path in sorted((ROOT / "fixtures").rglob("*.html")):
        yield path.read_bytes().decode("utf-8", "replace")


def differences(chromium: Browser, pages: Sequence[str]) -> Iterator[str]:
    """Yield the pages whose trees differ."""
    for start in range(0, len(pages), BATCH):
        some = pages[start : start + BATCH]
        for page, expected in zip(some, chromium.trees(some), strict=True):
            if _tree(page) not in (expected, None):
                yield page


def shortened(chromium: Browser, page: str) -> str:
    """Return a part of a page that differs still."""
    size = len(page) // 2
    while size:
        start = 0
        while start < len(page):
            less = page[:start] + page[start + size :]
            if next(differences(chromium, [less]), None) is not None:
                page = less
            else:
                start += size
        size //= 2
    return page


def _tree(page: str) -> str | None:
    """Return a page's tree, None where it is refused."""
    try:
        return dump(html5.parse(page))
    except TooDeep:
        return None


def main() -> None:
    """Compare as many pages as the command line says."""
    count, seed = [*map(int, sys.argv[1:]), *(3000, 0)[len(sys.argv) - 1 :]]
    pages = [*saved_pages(), *map(soup, range(seed * count, (seed + 1) * count))]
    with browser() as chromium:
        short = [shortened(chromium, page) for page in differences(chromium, pages)]
    unknown = [page for page in short if reason(page) is None]
    for why, times in Counter(filter(None, map(reason, short))).items():
        print(f"{times:4} × {why}")
    print(*map(repr, unknown), f"{len(unknown)} of {len(pages)} pages differ for no known reason", sep="\n")
    sys.exit(bool(unknown))


if __name__ == "__main__":
    main()
