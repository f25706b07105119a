"""Read a page with turbohtml, the library of this project's `html5`, by hand for these pages."""

import orjson
from turbohtml import parse as parse_document


def parse(body: bytes) -> bytes:
    """Return the lines of a page's records."""
    lines = []
    for film in parse_document(body.decode(), positions=False).select("dl.board-wrapper dd"):
        first = film.select_one
        record = {
            "rank": first("i.board-index").text,
            "title": first("p.name a").text,
            "star": first("p.star").text.strip(),
            "releasetime": first("p.releasetime").text,
            "score": first("p.score").text,
        }
        lines.append(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    return b"".join(lines)
