"""init drafts a config of a page, and what it drafts reads that page at once."""

import json

import pytest
import regex

from scraper.authoring.draft import draft_lines
from scraper.authoring.init import draft
from scraper.authoring.one_page import open_file
from scraper.config import load as config
from scraper.errors import OutputError, ScraperError
from scraper.models import Page, Request
from scraper.parse.parser import Parser

URL = "https://shop.example/list?page=1"


def page(body, url=URL, content_type="text/html; charset=utf-8"):
    return Page(url, 200, (("Content-Type", content_type),), body.encode(), 1_700_000_000.0)


def drafted(one, folder):
    """Return the records that a drafted config reads of its page, and the config's text."""
    text = "\n".join(draft_lines(one, None))
    path = folder / "drafted.yaml"
    path.write_text(text, encoding="utf-8")
    job = config.load_config(path)
    assert not job.warnings
    (kind,) = job.kinds.values()
    parsed = Parser(kind).parse(Request(one.url, kind.name), one)
    return [json.loads(line) for line in parsed.lines[0]], text


def html(body, head=""):
    return f"<!doctype html><html><head><title>Shop</title>{head}</head><body>{body}</body></html>"


NAV = '<ul class="nav">' + "".join(f'<li><a href="/c/{n}">Category {n}</a></li>' for n in range(12)) + "</ul>"
SINGLE_FILE = "Page saved with SingleFile \n url: https://tea.example/c?a=1 \n saved date: DATE"
FILMS = [("Ran", 8.2, "1985-06-01"), ("Ikiru", 8.3, "1952-10-09"), ("Tokyo Story", 8.1, "1953-11-03")]


def test_cards_beside_a_longer_menu_are_the_items(tmp_path):
    cards = "".join(
        f'<div class="card {"odd" if n % 2 else "even"}"><img src="/i/{n}.jpg"><h2 class="card-title"><a href="/f/{n}">'
        f'{title}</a></h2><span class="card-score">{score}</span><time datetime="{day}">long ago</time></div>'
        for n, (title, score, day) in enumerate(FILMS)
    )
    records, text = drafted(page(html(f"{NAV}<main>{cards}</main>")), tmp_path)
    assert records == [
        {"image": f"https://shop.example/i/{n}.jpg", "title": title, "url": f"https://shop.example/f/{n}"}
        | {"score": score, "time": day}
        for n, (title, score, day) in enumerate(FILMS)
    ]
    assert "each: div.card " in text


def test_rows_of_a_table_are_named_by_its_head_and_the_head_is_no_item(tmp_path):
    rows = "".join(f"<tr><td>{t}</td><td>{s}</td><td>{d}</td></tr>" for t, s, d in FILMS)
    table = f'<table class="films"><tr><th>Film</th><th>User score</th><th>Opened</th></tr>{rows}</table>'
    records, _ = drafted(page(html(NAV + table)), tmp_path)
    assert records == [{"film": t, "user_score": s, "opened": d} for t, s, d in FILMS]


def test_a_grid_of_rows_gives_its_cells_and_not_its_rows(tmp_path):
    cells = [f'<div class="cell"><b class="name">N{n}</b><i class="price">${n}.50</i></div>' for n in range(9)]
    rows = "".join(f'<div class="row">{"".join(cells[n : n + 3])}</div>' for n in (0, 3, 6))
    records, _ = drafted(page(html(rows)), tmp_path)
    assert records == [{"name": f"N{n}", "price": n + 0.5} for n in range(9)]


def test_names_that_a_machine_made_are_not_used(tmp_path):
    items = "".join(
        f'<li class="css-1x2y3z4"><a class="sc-bdVaJa" href="/{n}">Tea {n}</a><p class="_3kXyZ9">about tea {n}</p></li>'
        for n in range(5)
    )
    records, text = drafted(page(html(f'<ul id="teas">{items}</ul>')), tmp_path)
    assert [record["title"] for record in records] == [f"Tea {n}" for n in range(5)]
    assert not {"css-1x2y3z4", "sc-bdVaJa", "_3kXyZ9"} & set(text.replace(".", " ").split())


def test_items_without_any_class_are_found(tmp_path):
    items = "".join(f'<li><a href="/{n}">Tea number {n}</a> <span>{n} cups</span></li>' for n in range(5))
    records, _ = drafted(page(html(f'<ul id="teas">{items}</ul>')), tmp_path)
    assert [(r["title"], r["text"]) for r in records] == [(f"Tea number {n}", n) for n in range(5)]


def test_a_value_that_some_items_lack_is_not_required_and_one_that_all_have_is_expected(tmp_path):
    items = "".join(
        f'<li class="tea"><b class="name">T{n}</b><i class="score">{n}</i><u class="old">{n}0</u></li>'
        if n
        else '<li class="tea"><b class="name">T0</b><i class="score">0</i></li>'
        for n in range(5)
    )
    records, text = drafted(page(html(f"<ul>{items}</ul>")), tmp_path)
    assert len(records) == 5
    assert records[0] == {"name": "T0", "score": 0, "old": None}
    assert "field_coverage" in text
    assert "old: 0.9" not in text
    assert "score: 0.9" in text


def test_what_some_items_lack_drops_none_of_them_even_if_it_stands_first(tmp_path):
    items = "".join(
        f'<li class="tea">{f"<u class=badge>hot {n}</u>" if n % 2 else ""}<b class="name">Tea {"x" * n}</b></li>'
        for n in range(1, 6)
    )
    records, _ = drafted(page(html(f"<ul>{items}</ul>")), tmp_path)
    assert [record["badge"] for record in records] == ["hot 1", None, "hot 3", None, "hot 5"]


def test_a_list_in_each_item_is_read_whole(tmp_path):
    tags = ("a", "b", "c", "d")
    items = "".join(
        f'<li class="post"><h3>Post {n}</h3>{"".join(f"<a class=tag href=/t/{t}>{t}</a>" for t in tags[: n + 1])}</li>'
        for n in range(4)
    )
    records, _ = drafted(page(html(f"<ul>{items}</ul>")), tmp_path)
    assert [record["tag"] for record in records] == [list(tags[: n + 1]) for n in range(4)]
    items = "".join(
        f'<li class="post"><h3>A post {n * 7} of mine</h3>'
        f"{''.join(f'<a class=tag href=/t/{t}>{t}{n}</a>' for t in tags[:2])}</li>"
        for n in range(4)
    )
    records, _ = drafted(page(html(f"<ul>{items}</ul>")), tmp_path)
    assert [record["tag"] for record in records] == [[f"a{n}", f"b{n}"] for n in range(4)]


@pytest.mark.parametrize(
    ("link", "selector"),
    [
        ('<a rel="next" href="?page=2">2</a>', "'a[rel~=next]'"),
        ('<li class="next"><a href="?page=2">go on</a></li>', "li.next > a"),
        ('<a class="pager-next" href="?page=2">go on</a>', "a.pager-next"),
        (
            '<div class="pages"><a href="?page=1">1</a><a href="?page=2">下一页</a></div>',
            """'.pages a:contains("下一页")'""",
        ),
    ],
)
def test_the_link_to_the_next_page_is_followed(link, selector, tmp_path):
    items = "".join(f'<p class="tea">Tea number {n}</p>' for n in range(4))
    _, text = drafted(page(html(items + link)), tmp_path)
    assert f"\nfollow: [{{css: {selector}}}]" in text
    _, text = drafted(page(html(items)), tmp_path)
    assert "follow:" not in text


def test_a_page_without_items_is_one_record(tmp_path):
    head = '<meta name="description" content="Green tea"><meta property="og:image" content="/t.jpg">'
    body = '<h1>Sencha</h1><span itemprop="price">9.50</span>'
    records, text = drafted(page(html(body, head)), tmp_path)
    assert records == [
        {"title": "Sencha", "description": "Green tea", "image": "https://shop.example/t.jpg", "price": "9.50"}
    ]
    assert "Nothing repeats" not in text
    _, text = drafted(page(html("<p>Are you human?</p>")), tmp_path)
    assert "Nothing repeats on this page: is it the one that was meant, a captcha" in text


def test_a_table_of_facts_about_one_thing_is_one_record(tmp_path):
    facts = [("UPC", "eb975c"), ("Price (excl. tax)", "£28.00"), ("In stock", "yes"), ("Reviews", "7")]
    table = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in facts)
    crumbs = '<ul class="crumbs">' + "".join(f'<li><a href="/{n}">Shelf {n}</a></li>' for n in range(4)) + "</ul>"
    records, _ = drafted(page(html(f"{crumbs}<h1>Sencha</h1><table>{table}</table>")), tmp_path)
    assert records == [{"title": "Sencha", "upc": "eb975c", "price_excl_tax": 28.0, "in_stock": "yes", "reviews": 7}]


@pytest.mark.parametrize(
    "row",
    [
        "<tr><th>{}</th><td>{}</td></tr>",
        "<tr><td><b>{}</b></td><td>{}</td></tr>",
        "<dt>{}</dt><dd>{}</dd>",
        '<div><span class="label">{}</span><span class="value">{}</span></div>',
    ],
)
def test_a_label_is_no_part_of_another_one(row, tmp_path):
    facts = {"Unit price": "x1", "Price": "x2", "Net&nbsp;weight": "x3", "Price per": "x4"}
    around = "<dl>{}</dl>" if "<dt>" in row else "<table>{}</table>" if "<tr>" in row else "<section>{}</section>"
    body = around.format("".join(row.format(*fact) for fact in facts.items()))
    records, _ = drafted(page(html(f"<h1>Sencha</h1>{body}")), tmp_path)
    assert records == [{"title": "Sencha", "unit_price": "x1", "price": "x2", "net_weight": "x3", "price_per": "x4"}]


@pytest.mark.parametrize(
    "script",
    [
        'var teas = [{id: 1, name: "Tea 0"}];',
        "!function () { window.app = {n: 1, items: [{'id': 1, name: 'Tea 0', more: undefined,},]}; }()",
    ],
)
def test_a_list_of_javascript_is_found_too(script, tmp_path):
    item = regex.search(r"\{'?id.*?\}", script)[0]
    items = ", ".join(item.replace("0", f"{n} green").replace("1", str(n), 1) for n in range(6))
    records, _ = drafted(
        page(html(f"<ul><li>Help<li>Terms<li>Contact</ul><script>{script.replace(item, items)}</script>")), tmp_path
    )
    assert [(one["id"], one["name"]) for one in records] == [(n, f"Tea {n} green") for n in range(6)]


def test_json_gives_the_list_that_says_the_most(tmp_path):
    data = {
        "menu": [{"id": 1}, {"id": 2}],
        "data": {
            "items": [{"filmName": f"F{n}", "score": n + 0.5, "tags": ["x"], "a-b": n, "null": n} for n in range(3)]
        },
    }
    records, _ = drafted(page(json.dumps(data), content_type="application/json"), tmp_path)
    assert records == [{"film_name": f"F{n}", "score": n + 0.5, "tags": ["x"], "a_b": n, "null": n} for n in range(3)]


def test_values_that_yaml_would_misread_are_quoted(tmp_path):
    items = "".join(f'<li class="no"><b class="true">it\'s #{n}: "x"</b><i class="null">{n}</i></li>' for n in range(4))
    records, _ = drafted(page(html(f"<ul>{items}</ul>", ""), "https://shop.example/a?b={id}&c=%7B#x"), tmp_path)
    assert records[1] == {"true": 'it\'s #1: "x"', "null": 1}


def test_links_and_pictures_may_be_the_items_themselves(tmp_path):
    links = "".join(f'<a class="tea" href="/t/{n}" data-kind="k{n}">Tea number {n}</a>' for n in range(4))
    records, _ = drafted(page(html(f"<div>{links}</div>")), tmp_path)
    assert records[1] == {"title": "Tea number 1", "url": "https://shop.example/t/1", "kind": "k1"}
    images = "".join(f'<img class="tea" src="/t/{n}.jpg">' for n in range(4))
    records, _ = drafted(page(html(f"<div>{images}</div>")), tmp_path)
    assert records[1] == {"image": "https://shop.example/t/1.jpg"}


def test_a_page_in_another_encoding_is_read_as_a_run_would(tmp_path):
    items = "".join(f'<li class="tea"><b class="name">茶{n}号</b><i class="price">￥{n}.5</i></li>' for n in range(4))
    text = html(f"<ul>{items}</ul>", '<meta charset="gb2312">')
    records, _ = drafted(Page(URL, 200, (), text.encode("gb18030"), 0.0), tmp_path)
    assert records[1] == {"name": "茶1号", "price": 1.5}


def test_an_empty_page_says_that_there_is_nothing():
    with pytest.raises(ScraperError, match="found nothing to make fields of"):
        draft_lines(page("<html></html>"), None)


def test_a_file_that_is_there_is_left_alone(tmp_path):
    there = tmp_path / "mine.yaml"
    there.write_text("mine")
    with pytest.raises(OutputError, match="already there"):
        draft("page.html", {}, there)
    assert there.read_text() == "mine"


def test_the_address_of_a_saved_page_is_the_one_that_it_says(tmp_path):
    items = "".join(f'<p class="tea">Tea number {n}</p>' for n in range(4))
    for head, url in (
        ('<link href="https://tea.example/a" rel="canonical">', "https://tea.example/a"),
        ('<meta property="og:url" content="https://tea.example/b">', "https://tea.example/b"),
        (f"<!--\n {SINGLE_FILE}\n-->", "https://tea.example/c?a=1"),
        ("", "https://site.example/"),
    ):
        saved = tmp_path / "saved.html"
        saved.write_text(html(items, head), encoding="utf-8")
        assert f"  - {url}" in "\n".join(draft(str(saved), {}, None))


def test_a_page_of_singlefile_says_when_it_was_saved(tmp_path):
    saved = tmp_path / "saved.html"
    for date, at in (("Thu Jan 01 2026 08:00:00 GMT+0800 (China)", 1767225600.0), ("some day", None)):
        saved.write_text(f"<!--\n {SINGLE_FILE.replace('DATE', date)}\n-->", encoding="utf-8")
        assert open_file(str(saved)).fetched_at == (at or saved.stat().st_mtime)


def test_a_title_makes_the_item_and_not_the_row_of_small_print_below_it(tmp_path):
    stories = "".join(
        f'<tr class="story"><td class="rank">{n}.</td>'
        f'<td class="title"><a href="/s/{n}">A story with a title {n}</a></td>'
        f'</tr><tr><td></td><td class="sub"><b class="points">{n} points</b> by <a class="user" href="/u/{n}">u{n}</a> '
        f'<span class="age">{n} hours ago</span></td></tr>'
        for n in range(1, 7)
    )
    records, text = drafted(page(html(f"<table>{stories}</table>")), tmp_path)
    assert records[2] == {"rank": 3, "title": "A story with a title 3", "url": "https://shop.example/s/3"}
    assert "# if these are the wrong ones, what repeats too: " in text


def test_classes_are_values_only_where_they_rate(tmp_path):
    def items(kind):
        return "".join(
            f'<article class="post {kind}{n % 5 + 1}"><h2>A post {n}</h2>'
            f'<p class="{kind} {kind}-{n % 5 + 1}"></p></article>'
            for n in range(8)
        )

    records, _ = drafted(page(html(items("star"))), tmp_path)
    assert records[3]["star"] == 4
    records, _ = drafted(page(html(items("row"))), tmp_path)
    assert records[3] == {"title": "A post 3"}


def test_words_beside_a_number_are_cut_off_only_where_they_are_its_unit(tmp_path):
    items = "".join(
        f'<li class="x"><h3>Chapter {n}</h3><i class="votes">{n},000 votes</i><u class="age">{n} days ago</u>'
        f'<b class="id">00{n}</b><s class="by">by Author {n}</s></li>'
        for n in range(1, 6)
    )
    records, _ = drafted(page(html(f"<ul>{items}</ul>")), tmp_path)
    assert records[1] == {"title": "Chapter 2", "votes": 2000, "age": "2 days ago", "id": "002", "by": "Author 2"}


def test_a_draft_is_made_of_the_browsers_tree(tmp_path):
    items = [f"<li class=film><b>{name}</b><i class=score>{score}</i>" for name, score, _ in FILMS]
    markup = f"<html><body><ul>{items[0]}</li></ul></body></html><ul>{items[1]}</li>{items[2]}</li></ul>"
    found, _ = drafted(page(markup), tmp_path)
    assert [name in str(one) for one, (name, *_) in zip(found, FILMS, strict=True)] == [True] * 3


# --------------------------------------------------------------------------- types, next pages, zones, challenges


def of_column(values, folder, name="when"):
    """Return the field that is drafted of a column of a table, and its values."""
    rows = "".join(f"<tr><td>A tea with a name {n}</td><td>{value}</td></tr>" for n, value in enumerate(values))
    records, text = drafted(page(html(f"<table><tr><th>Tea</th><th>{name}</th></tr>{rows}</table>")), folder)
    (line,) = (line for line in text.splitlines() if line.startswith(f"    {name}: {{") or f"    {name}: '" in line)
    return line, [record[name] for record in records]


def test_a_format_is_drafted_where_the_column_decides_it(tmp_path):
    days = [f"{1 + n % 12}/{1 + n % 28}/23" for n in range(48)]
    line, values = of_column(days, tmp_path)
    assert "type: date, format: '%m/%d/%y'" in line
    assert values[22] == "2023-11-23"
    line, values = of_column(["5/6/23", "7/8/23", "1/2/23"], tmp_path)  # either way
    assert ("type" in line, values[0]) == (False, "5/6/23")
    assert "format: '%d/%m/%Y'" in of_column(["5/6/2023", "27/8/2023", "1/2/2023"], tmp_path)[0]


def test_a_unit_that_changes_or_may_change_stays(tmp_path):
    assert of_column(["4.21 GB", "12 MB", "3 MB"], tmp_path)[1] == ["4.21 GB", "12 MB", "3 MB"]
    assert of_column(["4 MB", "12 MB", "3 MB"], tmp_path)[1] == ["4 MB", "12 MB", "3 MB"]
    assert of_column(["4 votes", "1 vote", "3 votes"], tmp_path)[1] == [4, 1, 3]


@pytest.mark.parametrize(("host", "zone"), [("shop.example", "UTC"), ("tee.example.fr", "Europe/Paris")])
def test_a_time_zone_is_drafted_where_date_times_have_none(host, zone, tmp_path):
    rows = "".join(f"<li><b>A tea with a name {n}</b><i>2024-05-0{n + 1} 10:0{n}</i></li>" for n in range(4))
    _, text = drafted(page(html(f"<ul>{rows}</ul>"), f"https://{host}/"), tmp_path)
    assert f"\ntimezone: {zone} " in text
    _, text = drafted(page(html(f"<ul>{rows}</ul>".replace(" 10:0", "T10:00:0").replace("</i>", "Z</i>"))), tmp_path)
    assert ("type: datetime" in text, "timezone" in text) == (True, False)


@pytest.mark.parametrize(
    ("links", "selector"),
    [
        ('<a class="pg" href="?p=2">Next</a><a class="pg" href="?p=9">Last</a>', """'a.pg:contains("Next")'"""),
        (
            '<a class="next" href="?p=2" aria-label="Next page">›</a>'
            '<a class="next" href="?p=9" aria-label="Last">»</a>',
            """'a[aria-label="Next page"]'""",
        ),
        ('<a href="?p=2">&gt;</a><a href="?p=9">&gt;&gt;</a>', """'a:contains(">"):not(:contains(">>"))'"""),
        ('<div class="pages">1 <a href="?p=2">2</a><a href="?p=9">9</a><a href="?p=2">»»</a></div>', ".pages a"),
        ('<b>1</b><a class="pg" href="/l/page/2">2</a><a class="pg" href="/l/page/3">3</a>', "a.pg"),
        ('<a class="n" rel="next" href="?p=2">on</a><a class="n" rel="last" href="?p=9">end</a>', "'a[rel~=next]'"),
    ],
)
def test_the_next_page_is_told_from_the_last(links, selector, tmp_path):
    items = "".join(f'<p class="tea">Tea number {n}</p>' for n in range(4))
    _, text = drafted(page(html(items + links)), tmp_path)
    assert f"\nfollow: [{{css: {selector}}}]" in text


def test_numbers_that_are_no_pages_are_not_followed(tmp_path):
    items = "".join(f'<p class="tea">Tea number {n}</p>' for n in range(4))
    days = "".join(f'<a class="day" href="/on/2024-05-{n}">{n}</a>' for n in range(10, 30))
    _, text = drafted(page(html(items + days)), tmp_path)
    assert "follow" not in text


def test_blocked_if_is_drafted_and_does_not_fit_the_page_itself(tmp_path):
    items = "".join(f'<p class="tea">Tea number {n}</p>' for n in range(4))
    _, text = drafted(page(html(items)), tmp_path)
    assert "blocked_if: ['(?i)<title>[^<]*(?:captcha|" in text
    _, text = drafted(page(html(items).replace("<title>", "<title>What a captcha is: ")), tmp_path)
    assert "blocked_if: ['(?i)<title>[^<]*(?:access denied|" in text


def test_of_a_challenge_nothing_is_drafted_and_it_is_told_whose_it_is():
    with pytest.raises(ScraperError, match=r"this is Cloudflare's challenge \(title 'Just a moment\.\.\.'\) and not"):
        draft_lines(page("<title>Just a moment...</title><p>Please wait"))


@pytest.mark.parametrize(
    "start",
    [
        '<?xml version="1.0"?>\n<!-- made by hand -->\n<?xml-stylesheet href="a"?><rss>',
        "<rss>",
        "<urlset>",
        '<?xml?><catalogue a="b">',
    ],
)
def test_xml_is_told_to_be_so_and_not_drafted_as_html(start):
    body = (start + "<item><title>a</title></item>" * 9).encode()
    with pytest.raises(ScraperError, match=r"is XML, <(rss|urlset|catalogue)>.*`parser: xml`"):
        draft_lines(Page("http://a.example/", 200, (), body, 0.0))


@pytest.mark.parametrize("start", ['<?xml version="1.0"?><!DOCTYPE html><html>', "<!-- x --><html>", "<feeds-us>", ""])
def test_xhtml_is_drafted(start):
    body = (start + "<h1>A</h1>" + "<p class=row><b>a</b><i>b</i></p>" * 9).encode()
    assert "records:" in draft_lines(Page("http://a.example/", 200, (), body, 0.0))


# --------------------------------------------------------------------------- what stands in items, pages of one thing


def test_what_nobody_sees_is_no_field(tmp_path):
    items = "".join(
        f'<div class="tea"><h3><a href="/t/{n}">Tea of number {n}</a></h3><b class="price">£{n}.50</b>'
        f'<span hidden class="sku">SKU {n}</span><p style="display: none"><i class="stock">{n} left</i></p></div>'
        for n in range(5)
    )
    records, _ = drafted(page(html(items)), tmp_path)
    assert list(records[0]) == ["title", "url", "price"]


def test_descriptions_in_items_are_named_and_found_by_their_terms(tmp_path):
    def item(n, *pairs):
        inside = "".join(f"<dt>{term}:</dt><dd>{value}</dd>" for term, value in pairs)
        return f'<div class="tea"><h3><a href="/t/{n}">Tea of number {n}</a></h3><dl>{inside}</dl></div>'

    items = [item(n, ("Weight", f"{n} g"), ("Picked by", f"hand {n}"), ("Grade", n)) for n in range(4)]
    items.append(item(4, ("Grade", 9), ("Weight", "5 g")))
    records, text = drafted(page(html("".join(items))), tmp_path)
    assert records[3] == {
        "title": "Tea of number 3", "url": "https://shop.example/t/3",
        "weight": "3 g", "picked_by": "hand 3", "grade": 3,
    }  # fmt: skip
    assert [records[4][name] for name in ("weight", "picked_by", "grade")] == ["5 g", None, 9]
    assert "nth-child" not in text.partition("fields:")[2]


@pytest.mark.parametrize(
    "script",
    [
        "var page = 1, teas = [{}];",
        "window.state = {{user: undefined, shop: {{'teas': [{}], total: +5}}}}; start(window.state);",
    ],
)
def test_a_list_in_an_object_of_javascript_is_found(tmp_path, script):
    teas = ", ".join(f"{{id: {n}, name: 'Tea of number {n}', price: {n}.5,}}" for n in range(7))
    records, text = drafted(page(html(f"{NAV}<div id=app></div><script>{script.format(teas)}</script>")), tmp_path)
    assert (len(records), records[2]) == (7, {"id": 2, "name": "Tea of number 2", "price": 2.5})
    assert " js: " in text


def test_a_page_of_one_thing_has_what_its_classes_name(tmp_path):
    body = (
        "<h1>Assam</h1><p class=price>£3.50</p><div class=box><span class='stock in'>In stock</span>"
        "<span class=origin>Munnar</span></div><p>A text about it.</p><button class=buy>Buy</button>"
        "<div class=similar><p class=price2>x</p></div><footer><p class=address>The Road</p></footer>"
    )
    records, _ = drafted(page(html(body)), tmp_path)
    told = {"title": "Assam", "price": 3.5, "stock": "In stock", "origin": "Munnar", "price2": "x"}
    assert records == [told]


CARDS = "".join(
    f'<li class="card"><h3><a href="/t/{n}">Another tea of number {n}</a></h3><p>A text about tea {n}</p>'
    f"<b>£{n}.50</b></li>"
    for n in range(9)
)
LINKED = {
    "@context": "https://schema.org", "@type": ["Product", "Thing"], "name": "Assam", "sku": "A-7",
    "offers": {"@type": "Offer", "price": "3.50", "priceCurrency": "GBP"}, "image": "/a.jpg",
    "keywords": ["black", "malty"], "review": [{"@type": "Review", "reviewBody": "good"}],
}  # fmt: skip
CRUMBS = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "Teas"}]}


def linked(*data):
    return "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in data)


def test_a_page_that_says_which_thing_it_is_about_is_that_and_not_the_cards_below(tmp_path):
    body = f"<h1>Assam</h1><main><ul>{CARDS}</ul></main>"
    for head in (linked(LINKED, CRUMBS), linked({"@graph": [CRUMBS, LINKED]})):
        (record,), text = drafted(page(html(body, head)), tmp_path)
        assert record == {
            "title": "Assam", "sku": "A-7", "keywords": ["black", "malty"],
            "offers_price": 3.5, "offers_price_currency": "GBP",
        }  # fmt: skip
        assert "offers_price: {json_ld: Product, json: offers.price, type: float}" in text


def test_microdata_are_the_thing_too_and_what_is_there_several_times_is_a_list(tmp_path):
    inside = "<h1 itemprop=name>Chai</h1>" + "".join(f"<p itemprop=recipeIngredient>{n} g tea</p>" for n in range(4))
    body = f'<div itemscope itemtype="http://schema.org/Recipe">{inside}</div><main><ul>{CARDS}</ul></main>'
    (record,), _ = drafted(page(html(body)), tmp_path)
    assert record["recipe_ingredient"] == [f"{n} g tea" for n in range(4)]


@pytest.mark.parametrize(
    "head",
    [
        linked(LINKED | {"name": "Another"}),  # an advertisement, which is not the heading
        linked(LINKED, {"@type": "Recipe", "name": "Assam"}),
        linked({"@type": "ItemList", "itemListElement": [LINKED]}),
        '<script type="application/ld+json">{"@type": "Product", "name": </script>',
        "",
    ],
)
def test_a_page_that_does_not_say_so_is_its_list(tmp_path, head):
    records, _ = drafted(page(html(f"<h1>Assam</h1><main><ul>{CARDS}</ul></main>", head)), tmp_path)
    assert len(records) == 9


def test_rows_that_a_script_will_fill_are_no_items(tmp_path):
    built = "".join(
        f'<tr class="row"><td>{n}</td><td><a href="/t/{n}">Tea of number {n}</a></td><td><b>{n}.50</b></td>'
        f"<td>{n} left</td><td>{n} sold</td><td>{n} new</td></tr>"
        for n in range(5)
    )
    hollow = "".join(f'<tr class="row"><td><a href="/u/{n}">Tea {n}</a></td></tr>' for n in range(30))
    records, _ = drafted(page(html(f"{NAV}<table>{built}{hollow}</table>")), tmp_path)
    assert len(records) == 5
