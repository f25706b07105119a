"""What may be stored, used without asking, and asked about, by the head of an answer."""

import time
from email.utils import formatdate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scraper.crawl.rfc9111 import conditions, is_fresh, may_be_stored
from scraper.fetch.cache_entries import Head


def head(status=200, age=0.0, **headers):
    """Return the head of an answer that is so old; a number among the headers is a date, in seconds from now."""
    now = time.time()
    lines = ((name, formatdate(now + value, usegmt=True) if isinstance(value, int) else value)
             for name, value in headers.items())  # fmt: skip
    return Head("http://a.example/", status, tuple((name.replace("_", "-"), value) for name, value in lines), now - age)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"cache_control": "max-age=60000"}, True),
        ({"cache_control": "max-age=60000", "age": 61000.0}, False),
        ({"cache_control": "MAX-AGE=60000"}, True),
        ({"cache_control": "max-age=0, max-age=600"}, False),
        ({"cache_control": "max-age=60000, MAX-AGE=0"}, True),
        ({"cache_control": 'private="a, max-age=0", max-age=60000'}, True),
        ({"cache_control": "max-age=600, no-cache, max-age=600"}, False),
        ({"cache_control": "max-age=60000", "Age": "50000", "age": 11000.0}, False),
        ({"cache_control": "max-age=60000, no-cache"}, False),
        ({"cache_control": "s-maxage=60000"}, False),
        ({"cache_control": "max-age=60000", "Age": "50000"}, True),
        ({"cache_control": "max-age=60000", "Age": "61000"}, False),
        ({"cache_control": "max-age=60000", "Date": -61000}, False),
        ({"cache_control": "max-age=60000", "Date": 9_000_000, "age": 61000.0}, False),
        ({"cache_control": "max-age=60000", "Date": "soon", "age": 61000.0}, False),
        ({"cache_control": "max-age=60000", "age": -9000.0}, False),
        ({"expires": 6000}, True),
        ({"expires": -6000}, False),
        ({"expires": "0"}, False),
        ({"expires": 3000, "Date": 3600}, False),
        ({"expires": 3700, "Date": 3600}, True),
        ({"expires": 3700, "Date": 3600, "age": 200.0}, False),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT", "Date": 3600}, True),
        ({"last_modified": formatdate(1, usegmt=True)}, False),
        ({"cache_control": "max-age=x", "last_modified": formatdate(1, usegmt=True)}, False),
        ({}, False),
        ({"cache_control": "max-age=60000", "vary": "*"}, False),
        ({"cache_control": "max-age=60000", "vary": "Accept, User-Agent"}, True),
    ],
    ids=str,
)
def test_what_may_be_used_without_asking(answer, expected):
    assert is_fresh(head(**answer)) is expected


@pytest.mark.parametrize(
    ("headers", "asks"),
    [
        ({"etag": '"1"'}, ["If-None-Match"]),
        ({"etag": 'W/"1"', "last_modified": formatdate(1e9)}, ["If-None-Match", "If-Modified-Since"]),
        ({"last_modified": formatdate(1e9), "date": formatdate(1e9 + 1)}, ["If-Modified-Since"]),
        ({"last_modified": formatdate(1e9), "date": formatdate(1e9)}, []),
        ({"last_modified": formatdate(1e9), "date": "Sun, 09 Sep 2001 01:46:41 -0000"}, ["If-Modified-Since"]),
        ({"last_modified": "yesterday"}, []),
        ({"etag": '"\x85"'}, []),
        ({"etag": '"' + "x" * 2000 + '"'}, []),
        ({}, []),
    ],
    ids=str,
)
def test_what_asks_whether_an_answer_still_holds(headers, asks):
    assert [name for name, _ in conditions(head(**headers))] == asks


WORDS = (
    'max-age no-cache no-store private = =" , ; 0 60 -1 1e999 é \0 * Accept|Thu, 26 Nov 2026 10:00:00 GMT'
    "|Thu, 26 Nov 99999 10:00:00 GMT|Thu, 26 Nov 2026 10:00:00 -9999999999|999999999999999999999999999999"
)
WORDS = st.sampled_from([*WORDS.partition("|")[0].split(" "), *WORDS.split("|")[1:]])
LINES = st.lists(
    st.tuples(
        st.sampled_from(["Cache-Control", "Vary", "Age", "Date", "Expires", "Last-Modified", "ETag"]),
        st.lists(WORDS | st.text(max_size=3), max_size=6).map("".join),
    ),
    max_size=4,
)


@given(LINES)
@example([("Age", "9" * 30)])
@example([("Expires", "Thu, 26 Nov 99999 10:00:00 GMT")])
def test_no_header_line_ends_a_run(lines):
    answer = Head("http://a.example/", 200, tuple(lines), time.time() - 5)
    assert {type(is_fresh(answer)), type(may_be_stored(answer))} == {bool}
    assert all(value.isprintable() for _, value in conditions(answer))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({}, True),
        ({"cache_control": "private"}, True),
        ({"cache_control": "no-cache"}, True),
        ({"cache_control": "no-store"}, False),
        ({"status": 206}, False),
    ],
    ids=str,
)
def test_what_may_be_stored(answer, expected):
    assert may_be_stored(head(**answer)) is expected
