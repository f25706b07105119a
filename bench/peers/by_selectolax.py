"""Read a page with selectolax, by hand for these pages."""

import orjson
from selectolax.lexbor import LexborHTMLParser


def parse(body: bytes) -> bytes:
    """Return the lines of a page's records."""
    lines = []
    for film in LexborHTMLParser(body).css("dl.board-wrapper dd"):
        first = film.css_first
        record = {
            "rank": first("i.board-index").text(),
            "title": first("p.name a").text(),
            "star": first("p.star").text().strip(),
            "releasetime": first("p.releasetime").text(),
            "score": first("i.integer").text() + first("i.fraction").text(),
        }
        lines.append(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    return b"".join(lines)
