"""The index of the RFCs: a plain text whose entries are broken into lines anywhere."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from tests.support.fixture import Exchange, Fact

MONTHS = "January February March April May June July August September October November December".split()
RFCS: list[Fact] = [
    {"number": 1, "title": "Host Software", "authors": ["S. Crocker"], "published": "1969-04-01", "status": "unknown"},
    {
        "number": 20,
        "title": "ASCII format for network interchange",
        "authors": ["V.G. Cerf"],
        "published": "1969-10-01",
        "status": "internet standard",
    },
    {
        "number": 768,
        "title": "User Datagram Protocol",
        "authors": ["J. Postel"],
        "published": "1980-08-01",
        "status": "internet standard",
    },
    {
        "number": 1034,
        "title": "Domain names - concepts and facilities",
        "authors": ["P.V. Mockapetris"],
        "published": "1987-11-01",
        "status": "internet standard",
        "obsoletes": ["RFC0973", "RFC0882", "RFC0883"],
    },
    {
        "number": 1945,
        "title": "Hypertext Transfer Protocol -- HTTP/1.0",
        "authors": ["T. Berners-Lee", "R. Fielding", "H. Frystyk"],
        "published": "1996-05-01",
        "status": "informational",
    },
    {
        "number": 2047,
        "title": "MIME (Multipurpose Internet Mail Extensions) Part Three: "
        "Message Header Extensions for Non-ASCII Text",
        "authors": ["K. Moore"],
        "published": "1996-11-01",
        "status": "draft standard",
        "obsoletes": ["RFC1521", "RFC1522", "RFC1590"],
    },
    {
        "number": 2068,
        "title": "Hypertext Transfer Protocol -- HTTP/1.1",
        "authors": ["R. Fielding", "J. Gettys", "J. Mogul", "H. Frystyk", "T. Berners-Lee"],
        "published": "1997-01-01",
        "status": "proposed standard",
        "obsoleted_by": ["RFC2616"],
    },
    {
        "number": 2616,
        "title": "Hypertext Transfer Protocol -- HTTP/1.1",
        "authors": ["R. Fielding", "J. Gettys", "J. Mogul", "H. Frystyk", "L. Masinter", "P. Leach", "T. Berners-Lee"],
        "published": "1999-06-01",
        "status": "draft standard",
        "obsoletes": ["RFC2068"],
        "obsoleted_by": ["RFC7230", "RFC7231", "RFC7232", "RFC7233", "RFC7234", "RFC7235"],
    },
    {
        "number": 3986,
        "title": "Uniform Resource Identifier (URI): Generic Syntax",
        "authors": ["T. Berners-Lee", "R. Fielding", "L. Masinter"],
        "published": "2005-01-01",
        "status": "internet standard",
        "obsoletes": ["RFC2732", "RFC2396", "RFC1808"],
    },
    {
        "number": 5000,
        "title": "Internet Official Protocol Standards",
        "authors": ["RFC Editor"],
        "published": "2008-05-01",
        "status": "historic",
        "obsoletes": ["RFC3700"],
        "obsoleted_by": ["RFC7100"],
    },
    {
        "number": 9309,
        "title": "Robots Exclusion Protocol",
        "authors": ["M. Koster", "G. Illyes", "H. Zeller", "L. Sassman"],
        "published": "2022-09-01",
        "status": "proposed standard",
    },
]
NOT_ISSUED = 14
HEAD = """

                             RFC INDEX
                           -------------

(CREATED ON: 11/20/2026.)

This file contains citations for the RFCs of this example in numeric
order. A citation looks like this:

  #### Title of RFC.  Author 1, Author 2, Author 3.  Issue date.
       (Format: ASCII)  (Obsoletes xxx)  (Obsoleted by xxx)  (Status: ssssss)
       (DOI: ddd)

                         RFC INDEX
                         ---------


"""


def exchanges() -> Iterator[Exchange]:
    """Yield the index."""
    entries = {rfc["number"]: _entry(rfc) for rfc in RFCS} | {NOT_ISSUED: f"{NOT_ISSUED:04} Not Issued."}
    text = HEAD + "\n\n".join(textwrap.fill(entries[n], 72, subsequent_indent="     ") for n in sorted(entries)) + "\n"
    url = "https://www.rfc-editor.org/rfc-index.txt"
    yield Exchange("rfc-index", url, text, suffix="txt", content_type="text/plain; charset=utf-8")


def _entry(rfc: Fact) -> str:
    parts = [f"(Format: {'TXT' if rfc['number'] < 8650 else 'HTML, TXT, PDF, XML'})"]
    parts += [f"(Obsoletes {', '.join(rfc['obsoletes'])})"] if "obsoletes" in rfc else []
    parts += [f"(Obsoleted by {', '.join(rfc['obsoleted_by'])})"] if "obsoleted_by" in rfc else []
    parts += [f"(Status: {rfc['status'].upper()})", f"(DOI: {_doi(rfc)})"]
    year, month, _ = rfc["published"].split("-")
    issued = f"{MONTHS[int(month) - 1]} {year}"
    return f"{rfc['number']:04} {rfc['title']}. {', '.join(rfc['authors'])}. {issued}. {' '.join(parts)}"


def _doi(rfc: Fact) -> str:
    return f"10.17487/RFC{rfc['number']:04}"


def records() -> list[Fact]:
    """Return each RFC that was issued."""
    return [
        {name: rfc[name] for name in ("number", "title", "authors", "published")}
        | {"obsoletes": rfc.get("obsoletes"), "obsoleted_by": rfc.get("obsoleted_by")}
        | {"status": rfc["status"], "doi": _doi(rfc)}
        for rfc in RFCS
    ]
