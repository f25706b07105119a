"""A tea shop whose pages are drawn by a script: all that it shows lies in the page as JSON."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from string import Template

from tests.support.fixture import Exchange, Fact

SITE = "https://tea.example"
SHOP = "The Tea House under the Moon"
SHELVES: dict[str, tuple[str, list[Fact]]] = {
    "green": (
        "Green tea",
        [
            {
                "slug": "longjing",
                "name": "Longjing 龙井",
                "origin": "Zhejiang",
                "sizes": {50: (68.0, "many"), 250: (298.0, "few")},
            },
            {
                "slug": "biluochun",
                "name": "Biluochun 碧螺春",
                "origin": "Jiangsu",
                "sizes": {50: (88.5, "none"), 100: (1680.0, "few")},
            },
            {
                "slug": "huangshan-maofeng",
                "name": "Huangshan Maofeng 黄山毛峰",
                "origin": "Anhui",
                "sizes": {100: (96.0, "none")},
            },
        ],
    ),
    "oolong": (
        "Oolong",
        [
            {
                "slug": "tieguanyin",
                "name": "Tieguanyin 铁观音",
                "origin": "Fujian",
                "sizes": {125: (75.0, "many"), 500: (260.0, "many")},
            },
            {
                "slug": "da-hong-pao",
                "name": "Da Hong Pao </script> 大红袍",
                "origin": "Fujian",
                "sizes": {25: (120.0, "few")},
            },
            {"slug": "house-blend", "name": "House blend", "origin": None, "sizes": {100: (39.9, "many")}},
        ],
    ),
}
SHELVES["green"][1].append(SHELVES["oolong"][1][-1])  # the shop's own tea lies on both
PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>$label | $shop</title>
<script>window.dataLayer = window.dataLayer || []; dataLayer.push({"page": "shelf"});</script>
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
  {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "position": 1, "name": "$label"}]},
  {"@type": "Organization", "name": "$shop", "url": "$site/"}]}</script>
</head>
<body>
<div id="root"><noscript>Please switch JavaScript on.</noscript></div>
<script>
window.__INITIAL_STATE__ = $state;
window.__BUILD__ = "2026-11-18.3";
</script>
<script src="/static/app.3f9c1a.js" defer></script>
</body>
</html>
""")


def exchanges() -> Iterator[Exchange]:
    """Yield the page of each shelf."""
    for slug, (label, teas) in SHELVES.items():
        state = json.dumps({"shelf": slug, "products": list(map(_product, teas))}, ensure_ascii=False)
        page = PAGE.substitute(label=label, shop=SHOP, site=SITE, state=state.replace("</", r"<\/"))
        yield Exchange(slug, f"{SITE}/shelf/{slug}", page)


def _product(tea: Fact) -> Fact:
    name = html.escape(tea["name"])
    return {
        "slug": tea["slug"],
        "name": tea["name"],
        "origin": {"country": "CN", "province": tea["origin"]} if tea["origin"] else None,
        "html": f"<p>{name}, as <b>fresh</b> as it comes.</p><p>Keep it cool &amp; dry.</p>",
        "variants": [
            {"sku": _sku(tea, grams), "grams": grams, "price": f"¥{price:,.2f}", "stock": stock}
            for grams, (price, stock) in tea["sizes"].items()
        ],
    }


def _sku(tea: Fact, grams: int) -> str:
    return f"{tea['slug'][:4].upper()}-{grams}"


def records() -> list[Fact]:
    """Return a record for each size that is in stock, once, of the shelf that it lies on first."""
    found: dict[str, Fact] = {}
    for label, teas in SHELVES.values():
        for record in (record for tea in teas for record in _sizes(label, tea)):
            found.setdefault(record["sku"], record)
    return list(found.values())


def _sizes(label: str, tea: Fact) -> list[Fact]:
    return [
        {
            "category": label,
            "name": tea["name"],
            "origin": tea["origin"],
            "about": f"{tea['name']}, as fresh as it comes.",
            "shop": SHOP,
            "url": f"{SITE}/tea/{tea['slug']}",
            "sku": _sku(tea, grams),
            "grams": grams,
            "price": price,
            "in_stock": True,
        }
        for grams, (price, stock) in tea["sizes"].items()
        if stock != "none"
    ]
