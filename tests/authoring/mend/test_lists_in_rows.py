"""Lists of objects inside rows: what finds their items, and the fields of these."""

import json

import pytest

SHOPS = {
    "Nord": [("Assam", 4.5), ("Sencha", 6.0), ("Rooibos", 3.25)],
    "Sued": [("Oolong", 7.5), ("Assam", 4.75)],
    "West": [("Darjeeling", 5.5), ("Mint", 2.5), ("Nilgiri", 4.0)],
}
HTML = """
records:
  each: section.shop
  fields:
    name: {css: h2, required: true}
    teas:
      each: {EACH}
      fields:
        tea: {TEA}
        price: {css: i.price, type: float}
"""
JSON = """
records:
  each: {json: "shops[]"}
  fields:
    name: {json: name, required: true}
    teas:
      each: {json: "teas[]"}
      fields: {tea: {json: tea}, price: {json: price, type: float}}
"""


def page(item="li class='tea'", tea="b class='tea'", price="i class='price'"):
    def element(start, inner):
        return f"<{start}>{inner}</{start.split()[0]}>"

    menu = "<ul class='menu'>" + "".join(f"<li><a href='/{n}'>Part {n}</a></li>" for n in range(9)) + "</ul>"
    shops = (
        f"<section class='shop'><h2>{name}</h2><p>Open</p><div>"
        + "".join(element(item, element(tea, title) + element(price, cost)) for title, cost in teas)
        + "</div></section>"
        for name, teas in SHOPS.items()
    )
    return f"<body>{menu}{''.join(shops)}</body>"


@pytest.mark.parametrize(
    ("each", "tea", "mended_each", "mended_tea"),
    [
        ("css: li.tea", "css: b.tea", "css: div.pack", "css: b.sort"),
        ("xpath: './/li[@class=\"tea\"]'", "xpath: './b'", "xpath: './/div[has-class(''pack'')]'", None),
    ],
)
def test_items_and_fields_inside_rows_are_found_again_as_rows_are(mend_pages, each, tea, mended_each, mended_tea):
    now = page("div class='pack'", "b class='sort'", "em class='cost'")
    mended = mend_pages(HTML.replace("EACH", each).replace("TEA", tea), page(), now)
    assert {one.name for one in mended.proposal.findings} >= {"shop.teas: each", "shop.teas.price"}
    assert {one.verdict for one in mended.proposal.findings} <= {"sure", "likely"}
    assert f"each: {{{mended_each}}}" in mended.new
    assert f"tea: {{{mended_tea or tea}}}" in mended.new
    assert "price: {css: em.cost, type: float}" in mended.new
    assert mended.exit_code == 0


def test_what_reads_as_before_inside_rows_is_left_alone(mend_pages):
    mended = mend_pages(HTML.replace("EACH", "css: li.tea").replace("TEA", "css: b.tea"), page(), page())
    assert (mended.proposal.findings, mended.proposal.healthy) == ((), 5)


def test_lists_inside_values_of_json_are_mended(mend_pages):
    def shops(*names):
        listed, tea, price = names
        made = [{"name": name, listed: [{tea: t, price: p} for t, p in teas]} for name, teas in SHOPS.items()]
        return json.dumps({"shops": made})

    mended = mend_pages(JSON, shops("teas", "tea", "price"), shops("stock", "title", "cost"))
    assert 'each: {json: "stock[]"}' in mended.new.replace("'", '"')
    assert "fields: {tea: {json: title}, price: {json: cost, type: float}}" in mended.new


def test_selectors_inside_rows_begin_inside_them(mend_pages):
    """The menu has such elements, too, but what stands around a row is no part of it."""
    text = HTML.replace("EACH", "css: p.tea").replace("TEA", "css: b.tea")
    mended = mend_pages(text, page("p class='tea'"), page("li"))
    assert "each: {css: li}" in mended.new
    assert [one.name for one in mended.proposal.findings] == ["shop.teas: each"]
