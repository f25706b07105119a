"""A board that is empty until its script has asked for the films and made the rows."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.support.fixture import Exchange, Fact, facts

SITE = "https://films.example"
PAGES, A_PAGE = 2, 10
A_DAY = len("1993-01-01")
"""Of some films only the year is told."""
PAGE = """<!DOCTYPE html>
<html lang="zh">
<head>
  <meta charset="utf-8"><title>TOP100</title>
  <link rel="stylesheet" href="/static/board.css">
  <script defer src="/static/board.js"></script>
</head>
<body>
  <h1>TOP100</h1>
  <noscript>This board needs JavaScript.</noscript>
  <dl class="board" data-source="/api/top"></dl>
</body>
</html>
"""
SCRIPT = """const board = document.querySelector("dl.board");
const page = new URLSearchParams(location.search).get("page") ?? "1";

function row(film) {
  const item = document.createElement("dd");
  item.innerHTML = `<i class="rank">${film.rank}</i><a href="/films/${film.rank}"></a>
    <p class="star"></p><time></time>` + (film.score ? `<b class="score">${film.score}</b>` : "");
  item.querySelector("a").textContent = film.title;
  item.querySelector(".star").textContent = film.stars.join(", ");
  item.querySelector("time").textContent = film.released;
  return item;
}

fetch(`${board.dataset.source}?page=${page}`, {headers: {Accept: "application/json"}})
  .then(answer => answer.json())
  .then(({films}) => {
    board.append(...films.map(row));
    board.classList.add("is-complete");
  });
"""


def _films(page: int) -> list[Fact]:
    return facts("films")[(page - 1) * A_PAGE : page * A_PAGE]


def exchanges() -> Iterator[Exchange]:
    """Yield the empty boards, the script, and what it asks for."""
    for page in range(1, PAGES + 1):
        yield Exchange(f"top-{page}", f"{SITE}/top?page={page}", PAGE)
    yield Exchange("board-js", f"{SITE}/static/board.js", SCRIPT, "js", "text/javascript; charset=utf-8")
    for page in range(1, PAGES + 1):
        films = [
            {
                "rank": film["index"],
                "title": film["title"],
                "stars": film["actor"].split(","),
                "released": film["time"],
                "score": film["score"],
            }
            for film in _films(page)
        ]
        body = json.dumps({"page": page, "films": films}, ensure_ascii=False)
        yield Exchange(f"api-{page}", f"{SITE}/api/top?page={page}", body, "json", "application/json")


def records() -> list[Fact]:
    """Return a record for each film."""
    return [
        {
            "rank": film["index"],
            "title": film["title"],
            "url": f"{SITE}/films/{film['index']}",
            "stars": film["actor"].split(","),
            "released": film["time"][:10] if len(film["time"]) >= A_DAY else None,
            "score": film["score"],
        }
        for page in range(1, PAGES + 1)
        for film in _films(page)
    ]
