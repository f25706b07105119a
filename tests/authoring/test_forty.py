"""Of forty pages as sites have them `init` drafts the right rows first, and reads them without a warning."""

import json

import pytest

from scraper import load_config
from scraper.authoring.draft import draft_lines
from scraper.models import Page, Request
from scraper.parse.parser import Parser
from scraper.parse.trees import html5
from scraper.parse.trees.lxml_select import Css
from tests.support.forty import PAGES, WANTED


def drafted(name, folder):
    """Return the job that is drafted of a page, and the records that it reads of it."""
    one = Page(
        "https://tea.example/teas", 200, (("Content-Type", "text/html; charset=utf-8"),), PAGES[name].encode(), 0.0
    )
    path = folder / "drafted.yaml"
    path.write_text("\n".join(draft_lines(one)), encoding="utf-8")
    job = load_config(path)
    assert not job.warnings
    (kind,) = job.kinds.values()
    parsed = Parser(kind).parse(Request(one.url, kind.name), one)
    return kind, [json.loads(line) for line in parsed.lines[0]]


def test_there_are_forty_pages():
    assert len(PAGES) == len(WANTED) == 40


@pytest.mark.parametrize("name", PAGES)
def test_the_right_rows_come_first(name, tmp_path):
    kind, records = drafted(name, tmp_path)
    wanted, each = WANTED[name], kind.rules[0].each
    if isinstance(wanted, dict):
        assert [{key: records[0].get(key) for key in wanted}] == [wanted]
        assert each is None
    elif isinstance(wanted, int):
        assert len(records) == wanted
        assert {"id", "name", "price"} <= records[0].keys()
    else:
        root = html5.as_lxml(html5.parse(PAGES[name]))
        (source,) = each.sources
        assert Css(str(source.pattern), is_page=True).find(root) == Css(wanted, is_page=True).find(root)
