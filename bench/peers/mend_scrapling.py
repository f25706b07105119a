"""What Scrapling's adaptive mode reads of a page after the change: a JSON object of lists of texts by field.

It gets on standard input {"old", "new": HTML, "each": CSS or null, "fields": {name: [CSS, attribute or null]}}.
"""

import json
import sys
import tempfile
from pathlib import Path

from scrapling.parser import Selector


def main():
    data = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        url = "https://site.example/"
        storage = {"storage_file": str(Path(folder, "elements.db")), "url": url}

        def page(html):
            return Selector(html, url=url, adaptive=True, storage_args=storage)

        old, new = page(data["old"]), page(data["new"])
        each = data["each"]
        before = old.css(each, auto_save=True, identifier="each") if each else [old]
        for name, (css, _) in data["fields"].items():
            for row in before[:1]:
                row.css(css, auto_save=True, identifier=name)
        rows = new.css(each, adaptive=True, identifier="each") if each else [new]
        found = {name: [text_of(row, name, *field) for row in rows] for name, field in data["fields"].items()}
    print(json.dumps(found))


def text_of(row, name, css, attr):
    elements = row.css(css, adaptive=True, identifier=name)
    if not elements:
        return None
    return elements[0].attrib.get(attr) if attr else str(elements[0].get_all_text(strip=True))


main()
