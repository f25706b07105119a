"""Measure `mend` on saved pages before and after their site changed, beside Scrapling's adaptive mode and autoscraper.

    python -m bench.mend_pairs FOLDER [PYTHON]

FOLDER holds a folder a pair: config.yaml, old.html, new.html, and new.jsonl, what a person reads of the new page.
PYTHON is one that has scrapling and autoscraper installed; without it this project is measured alone.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from scraper.authoring.mend.config_mend import no_params
from scraper.authoring.mend.ground import Sheet, rows_of, take
from scraper.authoring.mend.whole_job import Pages, propose
from scraper.config.load import load_config
from scraper.job import Kind, Rule
from scraper.models import Page, Parsed, Request
from scraper.parse.parser import Parser
from scraper.report.kept_pages import KeptPage

PEERS = Path(__file__).parent / "peers"
ENOUGH = 0.95
"""Share of the records in which a field must be right."""


def main() -> None:
    """Measure every pair and print the sums."""
    folder, python = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
    score = Counter[str]()
    for pair in sorted(path.parent for path in folder.glob("*/config.yaml")):
        print(f"{pair.name}: {measure(pair, python, score)}")
    print(
        f"of {score['fields']} broken fields right: {score['right']}, "
        f"wrong {score['wrong']}, of these called sure {score['sure wrong']}"
    )
    print(f"of {score['each']} broken each right: {score['each right']}; healthy fields changed: {score['changed']}")
    if python:
        print(f"scrapling, adaptive: {score['scrapling']} fields; autoscraper: {score['autoscraper']} fields")


def measure(pair: Path, python: str | None, score: Counter[str]) -> str:
    """Return one pair's outcome in words, and add it to the score."""
    job = load_config(pair / "config.yaml")
    kind = next(iter(job.kinds.values()))
    rule = kind.rules[0]
    url = kind.start_urls[0].text
    old, new = ((pair / f"{name}.html").read_text("utf-8", "replace") for name in ("old", "new"))
    began = time.perf_counter()
    pages = Pages([KeptPage(kind.name, url, 0.0, old)], [KeptPage(kind.name, url, 0.0, new)])
    found = {one.place[-1]: one for one in propose(job, pages, has_kinds=False).findings}
    seconds = time.perf_counter() - began
    each = found["each"].new if "each" in found and found["each"].new else rule.each
    fields = tuple(found[f.name].new if f.name in found and found[f.name].new else f for f in rule.fields)
    truth = [json.loads(line) for line in (pair / "new.jsonl").read_text("utf-8").splitlines()]
    page = KeptPage(kind.name, url, 0.0, new).page()
    before, after = (
        read(kind, one, page) for one in (replace(rule, each=each), replace(rule, each=each, fields=fields))
    )
    if "each" in found:
        score["each"] += 1
        score["each right"] += len(after) == len(truth)
    others = peers(rule, pair, old, new, python) if python else {}
    told = []
    for one in rule.fields:
        was_right, is_right = (is_same(records, truth, one.name) for records in (before, after))
        if was_right:
            score["changed"] += one.name in found and found[one.name].new is not None
            continue
        score["fields"] += 1
        score["right"] += is_right
        mended = one.name in found and found[one.name].new is not None
        score["wrong"] += mended and not is_right
        score["sure wrong"] += mended and not is_right and found[one.name].verdict == "sure"
        for name, values in others.items():
            score[name] += is_like(values.get(one.name) or [], [record[one.name] for record in truth])
        told.append(f"{one.name} {'right' if is_right else 'wrong' if mended else 'not mended'}")
    return f"{', '.join(told)} ({seconds:.1f} s)"


def read(kind: Kind, rule: Rule, page: Page) -> list[dict[str, Any]]:
    """Return the records of a rule."""
    found = Parser(replace(kind, rules=(rule,), follow=())).parse(
        Request(page.url, kind.name, params=no_params(kind)), page
    )
    return [json.loads(line) for line in found.lines[0]] if isinstance(found, Parsed) else []


def is_same(records: list[dict[str, Any]], truth: list[dict[str, Any]], name: str) -> bool:
    """Return whether a field is right in nearly all records."""
    pairs = zip((one.get(name) for one in records), (one[name] for one in truth), strict=False)
    return len(records) == len(truth) and sum(a == b for a, b in pairs) >= ENOUGH * len(truth)


# --------------------------------------------------------------------------- peers


def peers(rule: Rule, pair: Path, old: str, new: str, python: str) -> dict[str, dict[str, list[Any]]]:
    """Return what the others read, by program and field."""
    kind = next(iter(load_config(pair / "config.yaml").kinds.values()))
    page = KeptPage(kind.name, "https://site.example/", 0.0, old).page()
    rows = rows_of(rule, rule.each, [Sheet(kind, page)])
    texts = {one.name: [text for taken in take(one, rows) for text in taken.texts] for one in rule.fields}
    css = {f.name: [f.selection.sources[0].pattern, f.selection.attr] for f in rule.fields}
    each = str(rule.each.sources[0].pattern) if rule.each else None
    return {
        "scrapling": run(python, "mend_scrapling", {"old": old, "new": new, "each": each, "fields": css}),
        "autoscraper": run(python, "mend_autoscraper", {"new": new, "values": texts}),
    }


def run(python: str, name: str, data: dict[str, Any]) -> dict[str, list[Any]]:
    """Return what a program answers, nothing if it fails."""
    done = subprocess.run(
        [python, PEERS / f"{name}.py"], input=json.dumps(data), capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"{name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def is_like(found: list[Any], truth: list[Any]) -> bool:
    """Return whether texts are the values, whatever stands beside these in them: others have no steps and types."""
    wanted = [text for value in truth for text in (value if isinstance(value, list) else [value])]
    pairs = list(zip(found, wanted, strict=False))
    same = sum(b is None or plain(b) in plain(a) for a, b in pairs)
    return len(found) == len(wanted) and same >= ENOUGH * len(wanted)


def plain(value: Any) -> str:
    """Return the letters and digits of a value."""
    return re.sub(r"[\W_]+", "", str(value)).lower()


if __name__ == "__main__":
    main()
