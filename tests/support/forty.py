"""Forty pages as sites have them: menus, layout tables, details, cards, JSON; each with what is wanted of it.

`WANTED[name]` is a selector of the rows, as CSS; the number of records in JSON; or the fields of the one record.
"""

from __future__ import annotations

import json

TEAS = (
    "Assam Bancha Ceylon Darjeeling Earl-Grey Fannings Genmaicha Hojicha Irish-Breakfast Jasmine Keemun Lapsang".split()
)
PLACES = "Munnar Uji Kandy Kurseong London Dibrugarh Kyoto Nara Cork Fuzhou Qimen Wuyi".split()
PAGES: dict[str, str] = {}
WANTED: dict[str, str | int | dict[str, object]] = {}


def each(pattern, count=12):
    """Return a pattern filled in for each tea: number, name, place, price, day."""
    values = zip(range(count), TEAS, PLACES, strict=False)
    return "".join(
        pattern.format(n=n, tea=tea.replace("-", " "), place=place, price=f"{3 + n * 1.35:.2f}", day=f"{n + 1:02}")
        for n, tea, place in values
    )


def links(count, word="Section"):
    """Return links of a menu."""
    return "".join(f'<li><a href="/{word}/{n}">{word} {chr(65 + n)} and more of it</a></li>' for n in range(count))


MENU = f"<ul>{links(9)}</ul>"
DEEP = (
    "<ul>" + "".join(f"<li><a href='/{n}'>Part {n}</a><ul>{links(7, f'Part{n}')}</ul></li>" for n in range(9)) + "</ul>"
)
ROWS = '<tr><td><a href="/t/{n}">{tea} of {place}</a></td><td>{place}</td><td>{price}</td></tr>'
HEAD = "<tr><th>Tea</th><th>Place</th><th>Price</th></tr>"
CARD = '<div class="card"><h3><a href="/t/{n}">{tea} of {place}</a></h3><p>from {place}</p><b>£{price}</b></div>'
LINE = "<li><a href='/t/{n}'>{tea} of {place}</a> <i>{place}</i> <b>{price}</b></li>"


def page(name, wanted, body, head=""):
    """Add a page."""
    PAGES[name] = f"<!doctype html><html><head><title>Teas</title>{head}</head><body>{body}</body></html>"
    WANTED[name] = wanted


# menus
page(
    "a classless menu of three levels",
    "table tr:nth-child(n+2)",
    f"<div>{DEEP}</div><table>{HEAD}{each(ROWS, 5)}</table>",
)
page(
    "nav with two links each",
    "main tr",
    "<nav><ul>"
    + "".join(f"<li><a href=/a{n}>One {n} here</a><a href=/b{n}>Two {n} here</a></li>" for n in range(3))
    + f"</ul></nav><main><table>{each(ROWS, 3)}</table></main>",
)
page("role=navigation", "section li", f"<div role=navigation>{DEEP}</div><section><ul>{each(LINE, 4)}</ul></section>")
page("a mega menu by its class", "ol li", f'<div class="mega-menu">{DEEP}</div><ol>{each(LINE, 5)}</ol>')
page("a footer of columns", ".card", f"<div>{each(CARD, 4)}</div><footer>{DEEP}{DEEP}</footer>")
page(
    "an aside longer than the list",
    "main li",
    f"<main><ul>{each(LINE, 4)}</ul></main><aside><ul>"
    + each("<li><a href=/r/{n}>Read more of {tea} and {place}</a><i>{day}</i></li>")
    + "</ul></aside>",
)
page(
    "bread crumbs and tags",
    "article",
    f'<ol class="breadcrumb">{links(6)}</ol>'
    + each(
        "<article><h2><a href=/t/{n}>{tea} of {place}</a></h2>"
        "<a class=tag href=/x>hot</a><a class=tag href=/y>cold</a></article>",
        5,
    ),
)
page(
    "a header with a menu and a search",
    "#list > p",
    f"<header>{MENU}<form><input name=q></form></header><div id=list>"
    + each("<p><a href=/t/{n}>{tea} of {place}</a>, {price}</p>", 6)
    + "</div>",
)

# tables
page("one table with a head", "table tr:nth-child(n+2)", f"{MENU}<table>{HEAD}{each(ROWS)}</table>")
page("thead and tbody", "tbody tr", f"<table><thead>{HEAD}</thead><tbody>{each(ROWS)}</tbody></table>")
page(
    "a layout table",
    "table table tr",
    f"<table><tr><td>{MENU}</td><td><table>{each(ROWS, 7)}</table></td></tr></table>",
)
page(
    "two tables of one head",
    "tr:has(> td)",
    f"<h2>Old</h2><div id=a><table>{HEAD}{each(ROWS, 5)}</table></div>"
    f"<h2>New</h2><div id=b><table>{HEAD}{each(ROWS, 9)}</table></div>",
)
page(
    "a pager as the last row",
    "tr:has(> td:nth-child(3))",
    f"<table>{HEAD}{each(ROWS)}<tr><td colspan=3><a href=?2>2</a> <a href=?3>3</a></td></tr></table>",
)
page(
    "rows for months between them",
    "tr:has(> td:nth-child(3))",
    "<table>"
    + "".join(
        f"<tr><td colspan=3>{month}</td></tr>{each(ROWS.replace('/t/', f'/{month}/'), 5)}" for month in ("May", "June")
    )
    + "</table>",
)
page(
    "a head of bold cells",
    "tr:nth-child(n+2)",
    f"<table><tr><td><b>Tea</b></td><td><b>Place</b></td><td><b>Price</b></td></tr>{each(ROWS)}</table>",
)
page(
    "a story with its small print in a second row",
    "tr.story",
    "<table>"
    + each(
        "<tr class=story><td>{n}.</td><td><a href=/s/{n}>A story of {tea} from {place}</a></td></tr>"
        "<tr><td></td><td>{n} points by <a href=/u/{n}>u{n}</a></td></tr>"
    )
    + "</table>",
)

# details
DETAILS = {"title": "Assam", "weight": "900 g", "origin": "Munnar", "picked": "by hand"}
NAMES = {"Weight": "900 g", "Origin": "Munnar", "Picked": "by hand"}
RELATED = f"<aside><ul>{each('<li><a href=/t/{n}>{tea} of {place}</a></li>', 5)}</ul></aside>"


def details(name, pattern, around="{}", more=""):
    """Add a page of one tea, each of its details by a pattern."""
    inside = "".join(pattern.format(name=key, value=value) for key, value in NAMES.items())
    page(name, DETAILS, f"<nav>{MENU}</nav><h1>Assam</h1>{around.format(inside)}{more}")


details("dl", "<dt>{name}</dt><dd>{value}</dd>", "<dl>{}</dl>")
details("dl with colons and related teas", "<dt>{name}:</dt><dd>{value}</dd>", "<dl>{}</dl>", RELATED)
details("strong in paragraphs", "<p><strong>{name}:</strong> {value}</p>")
details("a colon behind the label", "<li><b>{name}</b>: {value}</li>", "<ul>{}</ul>", RELATED)
details("lines in one paragraph", "<strong>{name}:</strong> {value}<br>", "<p>{}</p>")
details("a table of th and td", "<tr><th>{name}</th><td>{value}</td></tr>", "<table>{}</table>", RELATED)
details("a table of td and td", "<tr><td>{name}:</td><td>{value}</td></tr>", "<table>{}</table>")
details("labels by their class", "<div class=row><span class=label>{name}</span><span class=value>{value}</span></div>")

# cards
page("cards", ".card", f"{MENU}<main>{each(CARD)}</main>")
page(
    "cards of hashed classes",
    "section > div",
    "<section>" + each(CARD.replace('"card"', '"css-1x2y3z"')) + "</section>",
)
page("cards in rows of three", ".card", "".join(f'<div class="row">{each(CARD, 3)}</div>' for _ in range(4)))
page(
    "an advertisement among the cards",
    ".card:not(.ad)",
    f"<div>{each(CARD, 6)}<div class='card ad'><img src=/ad.png></div>{each(CARD.replace('/t/', '/u/'), 6)}</div>",
)
page(
    "articles with a list of tags each",
    "article",
    each(
        "<article><h2><a href=/t/{n}>{tea} of {place}</a></h2>"
        "<ul><li>{tea}</li><li>{place}</li><li>x{n}</li></ul></article>"
    ),
)
page("a list of links with a text", "#teas > li", f"<ul id=teas>{each(LINE)}</ul>{MENU}")
page(
    "paragraphs with a first one that tells of them",
    "p:has(> b)",
    "<p>These teas need <a href=/w>water</a>.</p>"
    + each("<p><a href=/t/{n}>{n}00</a> <b>{tea} of {place}</b> {price}<br>a tea</p>"),
)
page(
    "a definition list of teas",
    "dd",
    "<dl class=teas>"
    + each('<dd><i class="rank">{n}</i><a href="/t/{n}" title="{tea}">{tea}</a><p class="place">{place}</p></dd>')
    + "</dl>",
)

# JSON
THINGS = [
    {"id": n, "name": f"{tea} no {n}", "place": place, "price": n + 0.5}
    for n, tea, place in zip(range(9), TEAS, PLACES, strict=False)
]
QUESTIONS = "order pay return".split()
HELP = "<ul>" + "".join(f"<li><a href=/h/{word}>How to {word}</a></li>" for word in QUESTIONS) + "</ul>"
page(
    "JSON that is assigned",
    9,
    f"{HELP}<div id=app></div><script>window.__DATA__ = {json.dumps({'shop': {'teas': THINGS}})};</script>",
)
page("JSON in lines", 9, f"{HELP}<script>\n  const teas = {json.dumps(THINGS, indent=2)}\n  show(teas)\n</script>")
page(
    "a script of JSON",
    9,
    f"{HELP}<script id=__NEXT_DATA__ type=application/json>{json.dumps({'props': {'teas': THINGS}})}</script>",
)
page(
    "linked data",
    9,
    f"{HELP}<script type=application/ld+json>"
    + json.dumps({"@type": "ItemList", "itemListElement": [{"@type": "Product", **one} for one in THINGS]})
    + "</script>",
)
page(
    "JSON of what the page shows, too",
    ".card",
    f"{each(CARD)}<script>var teas = "
    + json.dumps(
        [{"name": f"{tea.replace('-', ' ')} of {place}", "n": 1} for tea, place in zip(TEAS, PLACES, strict=False)]
    )
    + ";</script>",
)
page(
    "a short list of settings in a script",
    "#teas > li",
    f"<ul id=teas>{each(LINE)}</ul><script>var tests = "
    + json.dumps([{"key": f"k{n}", "on": n} for n in range(3)])
    + ";</script>",
)
PAGES["a page that is JSON"] = json.dumps({"menu": [{"id": 1}], "data": {"teas": THINGS}})
PAGES["a list that is JSON"] = json.dumps(THINGS)
WANTED |= {"a page that is JSON": 9, "a list that is JSON": 9}
