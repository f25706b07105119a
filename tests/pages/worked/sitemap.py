"""A cinema's sitemaps, and the pages of its films with their linked data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from string import Template

from tests.support.fixture import Exchange, Fact

SITE = "https://cinema.example"
XML = "application/xml"
FILMS: list[Fact] = [
    {
        "id": 11,
        "changed": "2026-11-02",
        "title": "霸王别姬",
        "directors": ["陈凯歌"],
        "released": "1993-01-01",
        "minutes": 171,
        "score": 9.6,
    },
    {
        "id": 12,
        "changed": "2026-10-30",
        "title": "罗马假日",
        "directors": ["威廉·惠勒"],
        "released": "1953-09-02",
        "minutes": 118,
        "score": 9.1,
    },
    {
        "id": 13,
        "changed": "2026-11-19",
        "title": "肖申克的救赎",
        "directors": ["弗兰克·德拉邦特"],
        "released": "1994-10-14",
        "minutes": 142,
        "score": 9.5,
    },
    {
        "id": 14,
        "changed": "2026-01-01",
        "title": "教父",
        "directors": ["弗朗西斯·福特·科波拉"],
        "released": "1972-03-24",
        "minutes": 175,
        "score": 9.3,
    },
    {
        "id": 15,
        "changed": "2026-11-20",
        "title": "黑客帝国",
        "directors": ["莉莉·沃卓斯基", "拉娜·沃卓斯基"],
        "released": "2000-01-14",
        "minutes": 136,
        "score": None,
    },
    {
        "id": 16,
        "changed": "2026-11-20",
        "title": "火车进站",
        "directors": None,
        "released": None,
        "minutes": None,
        "score": None,
    },
]
"""The last one's page is old and has no linked data."""
UNCHANGED = 17
"""A film whose page has not changed for years: it is not fetched."""
PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>$title - 影院</title>
$data</head>
<body><header><a href="/">影院</a></header>
<main><h1>$heading</h1><p class="intro">今日放映两场。</p></main>
</body></html>
""")


def exchanges() -> Iterator[Exchange]:
    """Yield the index, the sitemap of films, and a page for each film that has changed."""
    maps = [f"{SITE}/sitemap-news.xml", f"{SITE}/sitemap-films-1.xml"]
    yield _xml("sitemap", "sitemapindex", [("sitemap", loc, "2026-11-20T00:30:00+08:00") for loc in maps])
    films = [("url", _url(film["id"]), film["changed"]) for film in FILMS]
    others = [("url", f"{SITE}/film/", "2026-11-20"), ("url", _url(UNCHANGED), "2019-05-01")]
    yield _xml("sitemap-films-1", "urlset", [others[0], *films, others[1]])
    for film in FILMS:
        data = f'<script type="application/ld+json">\n{_linked_data(film)}\n</script>\n' if film["minutes"] else ""
        heading = film["title"] + (f" <small>{film['minutes']}分钟</small>" if data else "")
        page = PAGE.substitute(title=film["title"], heading=heading, data=data)
        yield Exchange(f"film-{film['id']}", _url(film["id"]), page)


def _url(number: int) -> str:
    return f"{SITE}/film/{number}"


def _xml(slug: str, root: str, entries: list[tuple[str, str, str]]) -> Exchange:
    lines = (f"  <{tag}>\n    <loc>{loc}</loc>\n    <lastmod>{at}</lastmod>\n  </{tag}>\n" for tag, loc, at in entries)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">\n{"".join(lines)}</{root}>\n'
    return Exchange(slug, f"{SITE}/{slug}.xml", text, suffix="xml", content_type=XML)


def _linked_data(film: Fact) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "Movie",
        "name": film["title"],
        "director": [{"@type": "Person", "name": name} for name in film["directors"]],
        "datePublished": film["released"],
        "duration": f"PT{film['minutes']}M",
    }
    if film["score"]:
        data["aggregateRating"] = {"@type": "AggregateRating", "ratingValue": str(film["score"]), "bestRating": "10"}
    return json.dumps(data, ensure_ascii=False)


def records() -> list[Fact]:
    """Return what sitemap and page say of each film that has changed."""
    return [
        {"url": _url(film["id"])}
        | {name: film[name] for name in ("changed", "title", "directors", "released", "minutes", "score")}
        for film in FILMS
    ]
