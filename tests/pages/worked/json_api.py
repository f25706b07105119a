"""An API of films, three an answer, that is asked by POST and gives a cursor."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.support.fixture import Exchange, Fact

URL = "https://films.example/api/films"
SIZE = 3
CURSORS = ("", "eyJhIjozfQ==", "eyJhIjo2fQ==")
FILMS: list[Fact] = [
    {
        "id": 1203,
        "title": "Farewell My Concubine",
        "original_title": "霸王别姬",
        "released": "1993-01-01",
        "score": 9.6,
        "votes": 1_204_118,
        "genres": ["drama", "romance"],
        "cast": {"张国荣": "程蝶衣", "张丰毅": "段小楼", "巩俐": "菊仙"},
        "director": "陈凯歌",
        "age": ("3 hours ago", "2026-11-19T23:00:00Z"),
    },
    {
        "id": 1297,
        "title": "The Shawshank Redemption",
        "original_title": "The Shawshank Redemption",
        "released": "1994-10-14",
        "score": 9.5,
        "votes": 987_650,
        "genres": ["drama"],
        "cast": {"Tim Robbins": "Andy Dufresne", "Morgan Freeman": "Red", "Bob Gunton": "Warden Norton"},
        "director": "Frank Darabont",
        "age": ("25 minutes ago", "2026-11-20T01:35:00Z"),
    },
    {
        "id": 4055,
        "title": "Léon",
        "original_title": "Léon",
        "released": "1994-09-14",
        "score": 9.5,
        "votes": 913_007,
        "genres": ["action", "crime", "drama"],
        "cast": {"Jean Reno": "Léon", "Gary Oldman": "Stansfield", "Natalie Portman": "Mathilda"},
        "director": "Luc Besson",
        "age": ("2 days ago", "2026-11-18T02:00:00Z"),
    },
    {
        "id": 267,
        "title": "Titanic",
        "original_title": "Titanic",
        "released": "1998-04-03",
        "score": 9.5,
        "votes": 88_004,
        "genres": ["romance", "drama"],
        "cast": {
            "Leonardo DiCaprio": "Jack Dawson",
            "Kate Winslet": "Rose DeWitt Bukater",
            "Billy Zane": "Cal Hockley",
        },
        "director": "James Cameron",
        "age": ("1 hour ago", "2026-11-20T01:00:00Z"),
    },
    {
        "id": 1247,
        "title": "The Godfather",
        "original_title": "The Godfather",
        "released": "1972-03-24",
        "score": 9.3,
        "votes": 240_900,
        "genres": ["crime", "drama"],
        "cast": {"Marlon Brando": "Vito Corleone", "Al Pacino": "Michael Corleone", "James Caan": None},
        "director": "Francis Ford Coppola",
        "age": ("5 days ago", "2026-11-15T02:00:00Z"),
    },
    {
        "id": 2641,
        "title": "Roman Holiday",
        "original_title": "Roman Holiday",
        "released": "1953-09-02",
        "score": 9.1,
        "votes": 57_004,
        "genres": ["comedy", "romance"],
        "cast": {"Gregory Peck": "Joe Bradley", "Audrey Hepburn": "Princess Ann", "Eddie Albert": "Irving Radovich"},
        "director": "William Wyler",
        "age": None,
    },
    {
        "id": 9001,
        "title": "Koyaanisqatsi",
        "original_title": "Koyaanisqatsi",
        "released": "1983-04-27",
        "score": None,
        "votes": 871,
        "genres": [],
        "cast": {},
        "director": "Godfrey Reggio",
        "age": ("12 days ago", "2026-11-08T02:00:00Z"),
    },
]


def exchanges() -> Iterator[Exchange]:
    """Yield the answers; the last film of one stands in the next one too, as the list has moved meanwhile."""
    for number, cursor in enumerate(CURSORS):
        films = FILMS[max(0, SIZE * number - 1) : SIZE * (number + 1)]
        after = CURSORS[number + 1] if number + 1 < len(CURSORS) else None
        answer = {"data": {"films": list(map(_film, films)), "total": len(FILMS)}, "paging": {"next": after}}
        yield Exchange(
            f"films-{number + 1}",
            URL,
            json.dumps(answer, ensure_ascii=False, indent=1),
            suffix="json",
            content_type="application/json",
            body=f'{{"sort":"-score","after":"{cursor}","size":{SIZE}}}'.encode(),
        )


def _film(film: Fact) -> Fact:
    actors = [{"job": "actor", "person": {"name": name}, "role": role} for name, role in film["cast"].items()]
    return {
        "id": film["id"],
        "names": {"en": film["title"], "original": film["original_title"]},
        "released": film["released"].replace("-", "/"),
        "rating": {"value": film["score"], "votes": f"{film['votes']:,}"},
        "genres": film["genres"],
        "credits": [{"job": "director", "person": {"name": film["director"]}}, *actors],
        "last_review": {"age": film["age"][0]} if film["age"] else None,
    }


def records() -> list[Fact]:
    """Return each film once."""
    return [
        {name: film[name] for name in ("id", "title", "original_title", "released", "score", "votes", "genres")}
        | {"cast": [{"name": name, "role": role} for name, role in film["cast"].items()]}
        | {"reviewed_at": film["age"] and film["age"][1]}
        for film in FILMS
    ]
