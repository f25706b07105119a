"""The mountains above eight thousand metres, in a table with two lines of headings and cells that span rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from string import Template

from tests.support.fixture import Exchange, Fact

SITE = "https://mountains.example"
HIMALAYA, KARAKORAM = "Himalaya", "Karakoram"
PEAKS = [
    ("Mount Everest", 8849, 29032, HIMALAYA, "Nepal, China", "29 May 1953", "17 February 1980"),
    ("K2", 8611, 28251, KARAKORAM, "Pakistan, China", "31 July 1954", "16 January 2021"),
    ("Kangchenjunga", 8586, 28169, HIMALAYA, "Nepal, India", "25 May 1955", "11 January 1986"),
    ("Lhotse", 8516, 27940, HIMALAYA, "Nepal, China", "18 May 1956", "31 December 1988"),
    ("Makalu", 8485, 27838, HIMALAYA, "Nepal, China", "15 May 1955", "9 February 2009"),
    ("Cho Oyu", 8188, 26864, HIMALAYA, "Nepal, China", "19 October 1954", "12 February 1985"),
    ("Dhaulagiri I", 8167, 26795, HIMALAYA, "Nepal", "13 May 1960", "21 January 1985"),
    ("Manaslu", 8163, 26781, HIMALAYA, "Nepal", "9 May 1956", "12 January 1984"),
    ("Nanga Parbat", 8126, 26660, HIMALAYA, "Pakistan", "3 July 1953", "26 February 2016"),
    ("Annapurna I", 8091, 26545, HIMALAYA, "Nepal", "3 June 1950", "3 February 1987"),
    ("Gasherbrum I", 8080, 26510, KARAKORAM, "Pakistan, China", "5 July 1958", "9 March 2012"),
    ("Broad Peak", 8051, 26414, KARAKORAM, "Pakistan, China", "9 June 1957", "5 March 2013"),
    ("Gasherbrum II", 8035, 26362, KARAKORAM, "Pakistan, China", "8 July 1956", "2 February 2011"),
    ("Shishapangma", 8027, 26335, HIMALAYA, "China", "2 May 1964", "14 January 2005"),
]
"""Name, metres, feet, range, countries, first ascent, first ascent in winter."""
MONTHS = "January February March April May June July August September October November December".split()
DISPUTED = "Cho Oyu"
"""Its winter cell shows a dash."""
PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>The eight-thousanders</title></head>
<body>
<h1>The eight-thousanders</h1>
<table class="legend"><tr><td>№</td><td>by height</td></tr></table>
<table class="peaks sortable">
<caption>Mountains above 8,000 m</caption>
<thead>
<tr><th rowspan="2">№</th><th rowspan="2">Mountain</th><th colspan="2">Height</th><th rowspan="2">Range</th>
    <th rowspan="2">Countries</th><th rowspan="2">First ascent</th><th rowspan="2">First in winter</th></tr>
<tr><th>m</th><th>ft</th></tr>
</thead>
<tbody>
$rows</tbody>
<tfoot><tr><td colspan="8">Heights as of the last survey that both neighbours agree on.</td></tr></tfoot>
</table>
</body>
</html>
""")


def exchanges() -> Iterator[Exchange]:
    """Yield the one page."""
    yield Exchange("eight-thousanders", f"{SITE}/eight-thousanders", PAGE.substitute(rows="".join(_rows())))


def _rows() -> Iterator[str]:
    for _, group in groupby(enumerate(PEAKS, 1), key=lambda numbered: numbered[1][3]):
        rows = list(group)
        for number, (name, metres, feet, mountains, countries, first, winter) in rows:
            span = f'<td rowspan="{len(rows)}">{mountains}</td>' if number == rows[0][0] else ""
            note = '<sup><a href="#note-1">[1]</a></sup>' if name == "Mount Everest" else ""
            yield (
                f'<tr><td>{number}</td><td><a href="/peak/{_slug(name)}">{name}</a>{note}</td><td>{metres}</td>'
                f"<td>{feet:,}</td>{span}<td>{countries}</td><td>{first}</td>"
                f"<td>{'—' if name == DISPUTED else winter}</td></tr>\n"
            )


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def records() -> list[Fact]:
    """Return a record for each mountain."""
    return [
        {
            "rank": number,
            "mountain": name,
            "url": f"{SITE}/peak/{_slug(name)}",
            "height_m": metres,
            "height_ft": feet,
            "range": mountains,
            "countries": countries.split(", "),
            "first_ascent": _iso(first),
            "winter_ascent": None if name == DISPUTED else _iso(winter),
        }
        for number, (name, metres, feet, mountains, countries, first, winter) in enumerate(PEAKS, 1)
    ]


def _iso(date: str) -> str:
    day, month, year = date.split()
    return f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}"
