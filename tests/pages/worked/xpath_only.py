"""A board of links in a layout of tables: an entry is a row, the row of its score, and a gap."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from string import Template
from urllib.parse import urljoin

from tests.support.fixture import Exchange, Fact

SITE = "https://links.example"
PER_PAGE = 4
POSTS: list[Fact] = [
    {
        "id": 4107,
        "title": "A Mathematical Theory of Communication (1948)",
        "url": "https://papers.example/shannon1948.pdf",
        "points": 131,
        "user": "cshannon",
        "age": ("3 minutes ago", "2026-11-20T01:57:00Z"),
        "comments": 27,
    },
    {
        "id": 4106,
        "title": "Ask: which regex do you regret?",
        "url": "/item?id=4106",
        "points": 1,
        "user": "dotstar",
        "age": ("41 minutes ago", "2026-11-20T01:19:00Z"),
        "comments": 1,
    },
    {
        "id": 4105,
        "title": "On Computable Numbers (1936)",
        "url": "https://papers.example/turing1936.html?a=1&b=2",
        "points": 88,
        "user": "amt",
        "age": ("2 hours ago", "2026-11-20T00:00:00Z"),
        "comments": 0,
    },
    {
        "id": 4101,
        "title": "Tea & Sons is hiring tasters",
        "url": "https://jobs.example/tea",
        "points": None,
        "user": None,
        "age": ("5 hours ago", "2026-11-19T21:00:00Z"),
        "comments": None,
    },
    {
        "id": 4099,
        "title": "Go To Statement Considered Harmful (1968)",
        "url": "https://papers.example/ewd215",
        "points": 402,
        "user": "ewd",
        "age": ("1 day ago", "2026-11-19T02:00:00Z"),
        "comments": 310,
    },
    {
        "id": 4090,
        "title": "The Cathedral and the Bazaar",
        "url": "https://essays.example/cathedral",
        "points": 17,
        "user": "reader",
        "age": ("2 days ago", "2026-11-18T02:00:00Z"),
        "comments": 4,
    },
]
PAGE = Template("""<html lang="en" op="newest"><head><meta charset="utf-8"><title>New links</title></head>
<body><center><table id="main" border="0" cellpadding="0" cellspacing="0" width="85%">
<tr><td bgcolor="#446688"><table border="0"><tr><td><b><a href="newest">Links</a></b></td></tr></table></td></tr>
<tr><td><table border="0" cellpadding="0" cellspacing="0">
$posts$more
</table></td></tr>
</table></center></body></html>
""")
TITLE = Template("""<tr class="athing" id="$id">
  <td align="right" class="title"><span class="rank">$rank.</span></td>
  <td class="title"><span class="titleline"><a href="$url">$title</a>\
<span class="sitebit"> (<a href="from?site=$site"><span>$site</span></a>)</span></span></td></tr>
""")
GAP = '<tr class="spacer" style="height:5px"></tr>\n'


def exchanges() -> Iterator[Exchange]:
    """Yield both pages; the last entry of the first stands on the second too, as a new one has come meanwhile."""
    more = '<tr class="morespace" style="height:10px"></tr><tr><td colspan="2"></td>' + (
        '<td class="title"><a href="newest?next=4101&amp;n=5" class="morelink" rel="next">More</a></td></tr>'
    )
    yield Exchange("newest-1", f"{SITE}/newest", PAGE.substitute(posts=_rows(POSTS[:PER_PAGE], 1), more=more))
    rest = PAGE.substitute(posts=_rows(POSTS[PER_PAGE - 1 :], PER_PAGE + 1), more="")
    yield Exchange("newest-2", f"{SITE}/newest?next=4101&n=5", rest)


def _rows(posts: Sequence[Fact], first: int) -> str:
    return "".join(_title(post, rank) + _subtext(post) + GAP for rank, post in enumerate(posts, first))


def _title(post: Fact, rank: int) -> str:
    site = post["url"].split("/")[2] if "//" in post["url"] else "links.example"
    texts = {name: html.escape(post[name]) for name in ("title", "url")}
    return TITLE.substitute(texts, id=post["id"], rank=rank, site=site)


def _subtext(post: Fact) -> str:
    age = f'<span class="age" title="as told"><a href="item?id={post["id"]}">{post["age"][0]}</a></span>'
    if post["user"] is None:
        return f'<tr><td colspan="2"></td><td class="subtext">{age}</td></tr>\n'
    points = f"{post['points']} point{'s' * (post['points'] != 1)}"
    comments = f"{post['comments']}&nbsp;comment{'s' * (post['comments'] != 1)}" if post["comments"] else "discuss"
    return (
        f'<tr><td colspan="2"></td><td class="subtext"><span class="score">{points}</span> by '
        f'<a href="user?id={post["user"]}" class="user">{post["user"]}</a> {age} | '
        f'<a href="hide?id={post["id"]}">hide</a> | <a href="item?id={post["id"]}">{comments}</a></td></tr>\n'
    )


def records() -> list[Fact]:
    """Return all entries in their order, the ranks of the second page one higher."""
    ranks = [*range(1, PER_PAGE + 1), *range(PER_PAGE + 2, len(POSTS) + 2)]
    return [
        {"id": post["id"], "rank": rank, "title": post["title"], "url": urljoin(f"{SITE}/newest", post["url"])}
        | {"points": post["points"], "user": post["user"], "posted": post["age"][1], "comments": post["comments"]}
        for rank, post in zip(ranks, POSTS, strict=True)
    ]
