"""Write the table of docs/reference/parsers.md: what lxml and soup read otherwise than browsers do.

python -m tests.docs.treetable
"""

import json
import tempfile
from pathlib import Path

from scraper.config.load import load_config
from scraper.models import Failure, Page, Request
from scraper.parse.parser import Parser
from tests.parse.test_browser_trees import CASES

PAGE = Path(__file__).parents[2] / "docs/reference/parsers.md"
BEGIN, END = "<!-- made by python -m tests.docs.treetable -->\n", "<!-- end -->\n"
URL = "https://a.example/"


def values(parser, case):
    """Return what a parser reads of a case: a value for each item, None for a page that has failed."""
    each, field, page, _ = case
    yaml = f"start_urls: ['{URL}']\nparser: {parser}\n"
    yaml += f"records: {{each: {json.dumps(each)}, fields: {{x: {field}, _all: {{}}}}}}\n"
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "case.yaml")
        path.write_text(yaml, encoding="utf-8")
        kind = next(iter(load_config(path).kinds.values()))
    parsed = Parser(kind).parse(Request(URL, kind=kind.name), Page(URL, 200, (), page.encode(), 0.0))
    return None if isinstance(parsed, Failure) else [json.loads(line)["x"] for line in parsed.lines[0]]


def table():
    """Return the table, a row for each case that is not the same on all parsers."""
    rows = ["| markup | `html5` | `lxml` | `soup` |", "| --- | --- | --- | --- |"]
    for case in CASES.values():
        found = {parser: values(parser, case) for parser in ("html5", "lxml", "soup")}
        others = [found[parser] for parser in ("lxml", "soup")]
        if any(other != found["html5"] for other in others):
            told = ["the same" if other == found["html5"] else _shown(other) for other in others]
            markup = case[2].replace("\0", "�").replace("|", "\\|")
            rows.append(
                f"| `{markup}`, `{case[0]}` | {_shown(found['html5'])} | {' | '.join(told)} |".replace("{{", "{ {")
            )
    return "\n".join(rows) + "\n"


def page():
    """Return the page with the table in its place."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


def _shown(found):
    return "nothing" if found is None else f"`{json.dumps(found, ensure_ascii=False)}`".replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
