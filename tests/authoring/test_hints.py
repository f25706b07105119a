"""A selector that finds nothing is told with the nearest that does, tried on the page."""

import pytest

from scraper.authoring.trace import read
from scraper.job import Field, Kind, Rule, Selection, Source
from scraper.models import Page

HTML = """<html><body><h1 id="top">Board</h1><div class="list"><dl class="board-wrapper">
<dd data-id="7"><i class="board-index">1</i><div class="info"><p class="name"><a href="/1" title="Ran">Ran</a></p>
<p class="score big">9.6</p></div><img src="/1.jpg"></dd>
<dd data-id="8"><i class="board-index">2</i><div class="info"><p class="name"><a href="/2" title="Ikiru">Ikiru</a></p>
</div><img src="/2.jpg"></dd></dl></div></body></html>"""
JSON = '{"data": {"films": [{"title": "Ran", "score": 9.6}, {"title": "Ikiru", "score": null}]}}'
ITEMS = Selection((Source("css", "dl.board-wrapper > dd"),))


def advised(selection, *, each=ITEMS, text=HTML, parser="lxml"):
    """Return what is told of a field with this selection."""
    rule = Rule("films", (Field("x", selection),), each)
    page = Page("https://a.example/", 200, (), text.encode(), 0.0)
    view = read(Kind("page", (rule,), parser=parser), page, {}, 2.0)
    return view.rules[0].fields[0].advice if view.rules[0].items else view.rules[0].advice


def css(pattern, **taken):
    return Selection((Source("css", pattern),), **taken)


@pytest.mark.parametrize("parser", ["html5", "lxml", "soup"])
@pytest.mark.parametrize(
    ("pattern", "nearest"),
    [
        ("p.scor", "css `p.score` matches in 1 of 2 items"),
        ("p.nmae > a", "css `p.name > a` matches in 2 of 2 items"),
        ("div > a", "css `div a` matches in 2 of 2 items"),
        ("span.score", "css `.score` matches in 1 of 2 items"),
        ("div.score", "css `.score` matches in 1 of 2 items"),
        ("div.info p.name b", "css `div.info p.name` matches in 2 of 2 items"),
        ('a[titel="Ran"]', 'css `a[title="Ran"]` matches in 1 of 2 items'),
        ("p.name:nth-child(9)", "css `p.name` matches in 2 of 2 items"),
    ],
)
def test_the_nearest_css_selector_is_named(pattern, nearest, parser):
    assert nearest in advised(css(pattern), parser=parser)


def test_the_nearest_each_is_named_with_its_matches_on_the_page():
    assert advised(css("x"), each=css("dl.board-wraper > dd")) == (
        "css `dl.board-wraper > dd` matches nothing; the nearest that does: css `dl.board-wrapper > dd` matches 2"
    )


def test_what_lies_outside_the_items_is_said_to():
    assert "it matches 1 in the page, outside the items" in advised(css("h1#top"))


def test_a_missing_attribute_and_a_missing_text_name_what_there_is():
    assert advised(css("p.name a", attr="titel")) == (
        "the elements are there, but none has an attribute 'titel'; they have href, title"
    )
    assert advised(css("img")) == "the elements are there, but hold no text; they have src"
    assert "they have data-id" in advised(Selection(attr="id"))


def test_the_nearest_xpath_is_named():
    def xpath(pattern):
        return advised(Selection((Source("xpath", pattern),)))

    assert "xpath `.//p[@class='name']` matches in 2 of 2 items" in xpath(".//p[@class='nam']")
    assert "its beginning xpath `.//p[@class='name']/a` matches in 2" in xpath(".//p[@class='name']/a/b[2]")


def test_a_regex_is_told_how_far_it_comes_and_what_follows_there():
    each = Selection((Source("regex", "<dd.*?</dd>"),))
    told = advised(Selection((Source("regex", r'board-index">(\d+)</b>'),)), each=each)
    assert r"""its beginning `board-index">(\d+)</` matches, and there the page goes on with 'i><div""" in told
    told = advised(Selection((Source("regex", r'class="(?:nam)">(.*)'),)), each=each)
    assert '`class="(?:name)">(.*)` matches in 2 of 2 items' in told


def test_a_regex_for_markup_that_reads_text_is_sent_to_the_markup():
    assert "with `get: html`, which gives the markup, it matches in 2 of 2 items" in advised(
        Selection((Source("css", "p.name"), Source("regex", 'title="(.*?)"')))
    )


def test_the_source_that_finds_nothing_is_the_one_that_is_told_of():
    told = advised(Selection((Source("css", "p.score"), Source("regex", r"(\d+) points"))))
    assert told.startswith(r"regex `(\d+) points` matches nothing in what css `p.score` gives; ")


def test_json_keys_are_compared_with_those_of_the_items():
    each = Selection((Source("json", "data.films[]"),))
    told = advised(Selection((Source("json", "scroe"),)), each=each, text=JSON)
    assert "json `score` matches in 1 of 2 items" in told
    told = advised(css("x"), each=Selection((Source("json", "data.filme[]"),)), text=JSON)
    assert "json `data.films[]` matches" in told


def test_of_alternatives_each_is_told_of():
    told = advised(Selection(first_of=(css("p.scor"), css("i.board-indx"))))
    assert "`p.score`" in told
    assert "`i.board-index`" in told


def test_a_page_with_nothing_alike_says_so():
    assert advised(css("zzz.qqq")).endswith("nothing on the page is like it")


def test_a_pattern_that_takes_for_ever_is_given_up():
    each = Selection((Source("regex", "<dd.*?</dd>"),))
    text = f"<dd>{'a' * 5000}</dd>"
    rule = Rule("films", (Field("x", Selection((Source("regex", "(a+)+b"),))),), each)
    view = read(Kind("page", (rule,)), Page("https://a.example/", 200, (), text.encode(), 0.0), {}, 0.2)
    assert "time limit" in view.rules[0].fields[0].advice


MENU = "<nav><ul>" + "".join(f"<li><a href=/m{n}>Menu {n} of all</a>" for n in range(9)) + "</ul></nav>"
CARD = "<div class=film><h2 class=title><a href=/{n}>Film number {n}</a></h2><b class={kind}>{n}</b></div>"
FILMS = "".join(CARD.format(n=n, kind="score" if n else "scores") for n in range(5))
CARDS = f"{MENU}<main>{FILMS}</main>"


def test_a_bare_tag_that_takes_menus_is_never_proposed():
    told = advised(css("x"), each=css("li.card"), text=CARDS)
    assert told == "css `li.card` matches nothing; what repeats on the page: css `div.film` matches 5"
    assert "`a`" not in advised(css("x"), each=css("a.zzz"), text=CARDS)
    assert "`li`" not in advised(css("x"), each=css("li.zzz > a.qqq"), text=CARDS)


def test_of_several_the_one_that_covers_all_items_is_proposed():
    film = css("div.film")
    assert "css `h2.title` matches in 5 of 5 items" in advised(css("h2.titel"), each=film, text=CARDS)
    assert "css `b.score` matches in 4 of 5 items" in advised(css("b.scorez"), each=film, text=CARDS)
