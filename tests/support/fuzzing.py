"""What fuzzing is made of: odd pages, odd values, and what must hold of whatever comes of a page."""

# ruff: noqa: E501 - lists of pieces

import contextlib
import json
import pickle
import resource
import time
from collections import defaultdict
from pathlib import Path

from hypothesis import strategies as st

from scraper.crawl.bodies import Bodies
from scraper.crawl.links import Links
from scraper.job import Job, Kind, Output
from scraper.job.secrets import NO_SECRETS
from scraper.job.templates import Template
from scraper.journal import rows
from scraper.journal.rows import PageRow
from scraper.models import Failure, Finished, Page, Parsed, Request

URL = "http://a.example/list/page?x=1"
CPU_LIMIT_S = 10.0
"""Of the processor, a hundred times what an input of this size takes: nothing may grow without measure."""
MEMORY = 1 << 30
"""Bytes that a test may take beyond what the process has at its start."""
LABELS = [
    "utf-8", "gbk", "gb2312", "big5", "shift_jis", "utf-16", "utf-16le", "utf-32", "utf-7", "latin1", "hex", "rot13",
    "undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "zlib", "iso-2022-jp", "hz-gb-2312",
    "x-user-defined", "utf-8\x00", "é", "",
]  # fmt: skip
NUMBERS = [
    "9.6", "1,234", "3.5万", "1" + "亿" * 9, "-0", "1e5", "9" * 25, "9" * 400, "9" * 5000, "1e999", "NaN", "Infinity",
    "٣", "１２", "0x10", "1_000", "$5", "5 €",
]  # fmt: skip
DATES = [
    "2019-07-26", "2019年7月26日", "0001-01-01", "9999-12-31 23:59:59+00:00", "0001-01-01 00:00:00+14:00", "2019-02-29",
    "2019-07-26T08:30:00.123456789Z", "29.02.", "31. März", "1566432000", "-99999999999999", "99:99", "2019-13-45",
    "٢٠١٩-٠٧-٢٦", "2019-07-26 08:30+99:99", "1566432000000", "-0.0",
]  # fmt: skip
LINKS = [
    "/a", "a b", "#x", "?q=茶", "//b.example/", "http://a.example:99999/", "http://[::1", "http://[::1]:80/", "javascript:x",
    "http:\\\\a.example", "http://é.example/", "http://a..example/", "http://" + "a" * 300 + ".example/", "http://u:p@a.example/",
    "http://a.example/\ud800", "/%zz%", "/%C3", "http://℀.example/", "data:,", "http://a.example:0x1/", "http://%31/", "../..//x",
    "http://xn--a/", "\u202e", "http://a.example/\x00", "http://*", "http:///x", "https:/x", "HTTP://A.EXAMPLE/./..//",
]  # fmt: skip
PIECES = [
    "<ul><li>", "</li>", "<dl><dd>", "<dt>", "<p class='a b' title=\"", "'>", '">', "<a href='", "<a href=", ">", "<", "</",
    "<!--", "-->", "<!", "<?", "?>", "<?xml version='1.0' encoding='utf-16'?>", "<!DOCTYPE html [<!ENTITY x 'y'>]>", "&x;",
    "<![CDATA[", "]]>", "<![foo[", "&#0;", "&#xD800;", "&#" + "9" * 5000 + ";", "&#x" + "f" * 99 + ";", "&amp", "&nosuch;",
    "<script>", "</script", "<style>", "<template>", "<noscript>", "<plaintext>", "<textarea>", "<title>", "<table><tr><td>",
    "</table>", "<svg><p>", "<math>", "<select><option>", "<base href='", "<base ", "<meta charset=", "<br>", "<frameset>",
    "<html>", "<html lang=x>", "<body>", "</body>", "<a:b c:d=1>", "<aª µ=1>", "<e\u0301>", "<{x}>", "<x\x00y \x00=1>", "<1>",
    "\x00", "\x0b", "\x1b[31m", "\u2028", "\ufeff", "\ufffe", "\ud800", "\udfff", "😀", "霸王别姬", "\xa0", "\r\n", " ", "/",
    "<li>" * 40, "<div>" * 300, "x" * 3000, "<p a" + " a".join(map(str, range(50))) + ">", "=", '"', "{a}", "{0.__class__}",
    *NUMBERS, *DATES, *LINKS,
]  # fmt: skip

texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=25).map("".join)
"""Nearly HTML."""
codecs = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be", "utf-32", "cp1252", "shift_jis"])


def _encoded(text, codec):
    return text.encode(codec, "surrogatepass" if codec.startswith("utf") else "replace")


bodies = st.binary(max_size=400) | st.builds(_encoded, texts, codecs)
charsets = st.sampled_from(LABELS) | st.text(st.characters(max_codepoint=255), max_size=12)
content_types = st.none() | charsets.map("text/html; charset={}".format) | charsets
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, 2**64, -(2**63) - 1, 10**400, 1e308, -0.0])
    | st.floats()
    | st.text(st.characters() | st.characters(categories=["Cs"]), max_size=5)
    | st.sampled_from([*NUMBERS, *DATES, *LINKS, *PIECES]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc") | st.text(max_size=3), inner),
    max_leaves=12,
)


@contextlib.contextmanager
def bounded():
    """Fail what takes far more of the processor than anything of its size may."""
    start = time.process_time()
    yield
    assert time.process_time() - start < CPU_LIMIT_S


@contextlib.contextmanager
def little_memory():
    """Let this process have so much more memory and no more."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def page(body, content_type, url=URL):
    """Return a page as a fetcher gives it."""
    headers = () if content_type is None else (("Content-Type", content_type),)
    return Page(url, 200, headers, body, 1_566_432_000.0)


def assert_usable(outcome):
    """What came of a page goes through the Pool into the journal, and each line is strict JSON in UTF-8."""
    pickle.dumps(outcome)
    request = Request(URL, kind="list")
    if isinstance(outcome, Failure):
        assert_text(rows.from_finished(Finished(request, failure=outcome), NO_SECRETS))
        assert len(outcome.detail) < 2000
        return
    assert isinstance(outcome, Parsed)
    for lines in outcome.lines:
        for line in lines:
            assert b"\n" not in line
            assert isinstance(json.loads(line.decode("utf-8"), parse_constant=_refuse), dict)
    rows.to_faults(rows.content(Finished(request, parsed=outcome), outcome, NO_SECRETS)[3])
    kinds = defaultdict(lambda: Kind("", ()))
    job = Job("x", Path("x.yaml"), kinds, Output(Template("x.jsonl")))
    links = Links(job, frozenset({"a.example"}), {"list", "film"}, Bodies(kinds, frozenset()))
    for child in links.follow(request, outcome, lambda: False)[0]:
        assert child.link.url.isascii()
        assert_text(PageRow(child.domain, child.request, NO_SECRETS).page())


def assert_text(row):
    """All text of a row can go into the journal."""
    for value in row:
        if isinstance(value, str):
            value.encode("utf-8")


def _refuse(name):
    raise AssertionError(f"{name} is no JSON")
