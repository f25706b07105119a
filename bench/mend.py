"""Measure `mend`: 400 changes of the fixtures' markup, and how many of the broken fields it gets right.

python -m bench.mend [COUNT] [--verbose]
"""

from __future__ import annotations

import itertools
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
from lxml import html
from msgspec import Struct, field
from msgspec.structs import replace

from bench.json_changes import CHANGES as JSON_CHANGES
from bench.markup_changes import CHANGES
from scraper.authoring.mend.config_mend import no_params
from scraper.authoring.mend.ground import Row, Sheet, rows_of, take
from scraper.authoring.mend.whole_job import Pages, propose
from scraper.config.load import load_config
from scraper.fetch.recordings import read_page
from scraper.job import Field, Job, Kind, Rule, Selection, Source
from scraper.models import Page, Parsed, Request
from scraper.parse.parser import Parser
from scraper.report.kept_pages import KeptPage

ROOT = Path(__file__).parents[1]
CONFIGS = ("books", "quotes", "maoyan", "table", "xpath-only", "gbk-novels", "login", "javascript")
JSON_CONFIGS = ("json-api", "json-in-page")
COUNT = 400
OWN = 4
"""Keys that lead to a field of a rule; more lead into a list of objects."""
PAGES = 6
SECOND = 0.45
"""How often a second change comes with the first."""


class Score(Struct):
    """What came of all changes."""

    broken: int = 0
    right: int = 0
    healthy: int = 0
    changed: int = 0
    """Healthy fields that were changed all the same."""
    sure: int = 0
    sure_wrong: int = 0
    removed: int = 0
    gone: int = 0
    """Removed fields that were called gone."""
    by_change: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


class Case(Struct, frozen=True):
    """One change of the pages of one kind."""

    job: Job
    kind: Kind
    names: tuple[str, ...]
    seed: int

    @property
    def is_json(self) -> bool:
        """Whether it is JSON that changes, in a page of its own or in a script."""
        each = self.kind.rules[0].each
        return each is not None and each.sources[-1].language == "json"


def main() -> None:
    """Run the cases and print what came of them: of the markup, then of JSON, in pages of its own and in scripts."""
    count = int(next((one for one in sys.argv[1:] if one.isdigit()), str(COUNT)))
    for cases, changes, number in ((_cases(), CHANGES, count), (_json_cases(), JSON_CHANGES, count // 4)):
        score = Score()
        for case in itertools.islice(cases, number):
            _measure(case, score, is_verbose="--verbose" in sys.argv)
        _print(score, changes, number)


def _print(score: Score, changes: Iterable[str], count: int) -> None:
    print(f"changes {count}, broken {score.broken}, right {score.right} ({score.right / max(1, score.broken):.1%})")
    print(f"healthy {score.healthy}, changed {score.changed}")
    print(f"called sure {score.sure}, of these wrong {score.sure_wrong} ({score.sure_wrong / max(1, score.sure):.2%})")
    print(f"removed {score.removed}, called gone {score.gone}")
    for name in changes:
        broken, right = score.by_change[f"{name} broken"], score.by_change[f"{name} right"]
        print(f"  {name:20} {right:4} of {broken:4}")
    seconds = sorted(score.seconds)
    print(f"seconds a job: median {seconds[len(seconds) // 2]:.2f}, largest {seconds[-1]:.2f}")


def _cases() -> Iterator[Case]:
    """Yield changes for ever: every sort of every kind of page, by another seed each time."""
    os.environ |= {"LIBRARY_CARD": "20260001", "LIBRARY_PIN": "0000-0000"}
    yield from _of(CONFIGS, list(CHANGES))


def _json_cases() -> Iterator[Case]:
    """Yield changes of JSON for ever; what makes several records of one, and leaves some out, is not what changes."""
    for case in _of(JSON_CONFIGS, list(JSON_CHANGES)):
        rules = tuple(replace(rule, where=(), explode=None) for rule in case.kind.rules)
        kind = replace(case.kind, rules=rules)
        yield Case(
            replace(case.job, kinds={kind.name: kind}), kind, case.names[:1], case.seed
        )  # a second finds no paths


def _of(configs: Sequence[str], changes: Sequence[str]) -> Iterator[Case]:
    jobs = [load_config(ROOT / "configs" / f"{name}.yaml") for name in configs]
    kinds = [(job, kind) for job in jobs for kind in job.kinds.values() if kind.rules]
    for seed in itertools.count():
        for number, (name, (job, kind)) in enumerate(itertools.product(changes, kinds)):
            chance = random.Random(f"{seed} {number}")
            second = [chance.choice(changes)] if chance.random() < SECOND else []
            yield Case(job, kind, (name, *(one for one in second if one != name)), seed * 1000 + number)


# --------------------------------------------------------------------------- one case


def _measure(case: Case, score: Score, *, is_verbose: bool) -> None:
    pages = _pages(case.job, case.kind)
    case = replace(case, kind=replace(case.kind, encoding="utf-8"))
    half = len(pages) // 2 if len(pages) > 1 and case.seed % 2 else len(pages)
    good, fresh = pages[:half], (pages[half:] or pages)
    removed: set[str] = set()
    now = []
    for page in fresh:
        changed, gone = (_changed_json if case.is_json else _changed)(case, page)
        now.append(changed)
        removed |= gone
    truth = [_records(case.kind, page) for page in fresh]
    kept = Pages([_kept(case.kind, page) for page in good], [_kept(case.kind, page) for page in now])
    job = replace(case.job, kinds={case.kind.name: replace(case.kind, encoding="utf-8")})
    began = time.perf_counter()
    found = propose(job, kept, has_kinds=False)
    score.seconds.append(time.perf_counter() - began)
    for number, rule in enumerate(case.kind.rules):
        _judge(
            case,
            number,
            rule,
            found.findings,
            now,
            [one[number] for one in truth],
            removed,
            score,
            is_verbose=is_verbose,
        )


def _judge(
    case: Case, number: int, rule: Rule, findings: Sequence[Any], now: Sequence[Page], truth: Sequence[Any],
    removed: set[str], score: Score, *, is_verbose: bool,
) -> None:  # fmt: skip
    """Hold the mended rule against the truth, field by field."""
    own = {one.place[-1]: one for one in findings if one.place[:2] == ("records", number) and len(one.place) <= OWN}
    each = own["each"].new if "each" in own and own["each"].new else rule.each
    fields = (own[f.name].new if f.name in own and own[f.name].new else f for f in rule.fields)
    mended = replace(rule, each=each, fields=tuple(_with_inner(f, findings) for f in fields))
    before = _read_rule(case.kind, replace(rule, each=each, fields=_optional(rule.fields)), now)
    after = _read_rule(case.kind, replace(mended, fields=_optional(mended.fields)), now)
    wanted = [record for page in truth for record in page]
    if "each" in own or len(_read_rule(case.kind, replace(rule, fields=_optional(rule.fields)), now)) != len(wanted):
        _count(
            score,
            case,
            "each",
            own.get("each"),
            is_right=len(after) == len(wanted),
            is_verbose=is_verbose,
            told=f"{len(after)} of {len(wanted)}",
        )
    for one in (
        f
        for f in rule.fields
        if f.name in {w.name for w in rule.written}
        and (f.fields or (f.selection.sources and f.selection.sources[0].language != "value"))
    ):
        values = [None if one.name in removed else record[one.name] for record in wanted]
        old, new = ([record[one.name] for record in some] for some in (before, after))
        finding = own.get(one.name)
        if one.name in removed and new == [record[one.name] for record in wanted]:
            continue  # it stands elsewhere on the page, too: an attribute of a picture has the title
        if one.name in removed:
            score.removed += 1
            is_gone = finding is not None and finding.verdict == "gone"
            score.gone += is_gone
            if finding is not None and finding.verdict == "sure":
                score.sure, score.sure_wrong = score.sure + 1, score.sure_wrong + 1
            if is_verbose and not is_gone:
                print(
                    "NOT GONE",
                    case.job.name,
                    case.kind.name,
                    case.names,
                    case.seed,
                    one.name,
                    finding and (finding.verdict, finding.selection, finding.nearest),
                )
        elif old == values:
            score.healthy += 1
            if finding is not None and finding.new is not None:
                score.changed += 1
                if is_verbose:
                    print(
                        "CHANGED",
                        case.job.name,
                        case.kind.name,
                        case.names,
                        case.seed,
                        one.name,
                        finding.why,
                        finding.selection,
                        new[:3],
                        values[:3],
                    )
        else:
            told = f"{[pair for pair in zip(new, values, strict=False) if pair[0] != pair[1]][:2]}"
            _count(score, case, one.name, finding, is_right=new == values, is_verbose=is_verbose, told=told)


def _with_inner(one: Field, findings: Sequence[Any]) -> Field:
    """Return a list of objects with what is mended in it."""
    if not one.fields:
        return one
    inside = {found.place[-1]: found for found in findings if found.place[2:4] == ("fields", one.name) if found.new}
    fields = tuple(inside[f.name].new if f.name in inside else f for f in one.fields)
    return replace(one, each=inside["each"].new if "each" in inside else one.each, fields=fields)


def _count(score: Score, case: Case, name: str, finding: Any, *, is_right: bool, is_verbose: bool, told: str) -> None:
    score.broken += 1
    score.right += is_right
    score.by_change[f"{case.names[0]} broken"] += 1
    score.by_change[f"{case.names[0]} right"] += is_right
    if finding is not None and finding.verdict == "sure":
        score.sure += 1
        score.sure_wrong += not is_right
    if is_verbose and not is_right:
        what = finding and (
            finding.verdict,
            finding.why,
            finding.selection and [s.pattern for s in finding.selection.sources],
            finding.nearest,
        )
        print(
            "WRONG" if finding and finding.new else "MISSED",
            case.job.name,
            case.kind.name,
            case.names,
            case.seed,
            name,
            what,
            told[:300],
        )


def _optional(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return fields none of which drops a record: so that they can be held against each other one by one."""
    return tuple(replace(one, required=False) for one in fields)


def _read_rule(kind: Kind, rule: Rule, pages: Sequence[Page]) -> list[dict[str, Any]]:
    if rule.each and rule.each.sources[0].language != "table":  # no columns in what is no table
        rule = replace(rule, fields=tuple(_nothing(f) if _is_column(f) else f for f in rule.fields))
    one = replace(kind, rules=(replace(rule, where=(), explode=None),), follow=(), encoding="utf-8")
    return [record for page in pages for some in _records(one, page) for record in some]


def _is_column(one: Field) -> bool:
    return any(source.language == "column" for source in one.selection.sources)


def _nothing(one: Field) -> Field:
    return replace(one, selection=Selection((Source("css", "no-such-element"),)))


def _records(kind: Kind, page: Page) -> list[list[dict[str, Any]]]:
    rules = tuple(replace(rule, follow=(), fields=_optional(rule.fields)) for rule in kind.rules)
    found = Parser(replace(kind, rules=rules, follow=())).parse(
        Request(page.url, kind.name, params=no_params(kind)), page
    )
    return (
        [[orjson.loads(line) for line in lines] for lines in found.lines]
        if isinstance(found, Parsed)
        else [[] for _ in rules]
    )


# --------------------------------------------------------------------------- pages


def _pages(job: Job, kind: Kind) -> list[Page]:
    """Return the recorded pages of a job that this kind reads."""
    home = ROOT / "fixtures" / job.name
    pages = [read_page(folder) for folder in sorted(home.iterdir()) if (folder / "meta.yaml").exists()]
    mine = [page for page in pages if any(_records(kind, page)) and _is_of(job, kind, page)]
    is_json = "json" in {source.language for rule in kind.rules if rule.each for source in rule.each.sources}
    return mine[:PAGES] if is_json else [_plain(kind, page) for page in mine[:PAGES]]


def _is_of(job: Job, kind: Kind, page: Page) -> bool:
    """Return whether no other kind reads more of a page."""
    return all(_filled(kind, page) >= _filled(other, page) for other in job.kinds.values())


def _filled(kind: Kind, page: Page) -> int:
    return sum(value not in (None, []) for some in _records(kind, page) for record in some for value in record.values())


def _plain(kind: Kind, page: Page) -> Page:
    """Return a page written anew, in UTF-8: what is changed then is what the change did."""
    return _page(page, Sheet(kind, page).document.root)


def _page(page: Page, root: Any) -> Page:
    body = b"<!doctype html>" + html.tostring(root, encoding="utf-8")
    return Page(page.url, 200, (("content-type", "text/html; charset=utf-8"),), body, page.fetched_at)


def _changed(case: Case, page: Page) -> tuple[Page, set[str]]:
    """Return a page after the changes of a case, and the names of the fields that are no more."""
    sheet = Sheet(case.kind, page)
    root = sheet.document.root
    targets: dict[str, list[Any]] = {}
    rows: list[Any] = []
    for rule in case.kind.rules:
        found = rows_of(rule, rule.each, [sheet])
        rows += [row.origin for row in found if rule.each and _is_below(row.origin, root)]
        for one in rule.fields:
            nodes = (
                _of_page(node, row)
                for row, taken in zip(found, take(one, found), strict=True)
                for node in taken.nodes[: None if one.many else 1]
            )
            held = targets.setdefault(one.name, [])
            held += [node for node in dict.fromkeys(nodes) if _is_below(node, root) and node not in held]
    in_classes = [node for name in _in_classes(case.kind) for node in targets.get(name, ())]
    values = {node: node.get("class") for node in in_classes}
    gone: set[str] = set()
    for name in case.names:
        gone |= CHANGES[name](root, targets, rows, random.Random(f"{case.seed} {name}"))
    for node, words in values.items():
        node.set("class", words)  # they are values, not names
    return _page(page, root), gone


def _changed_json(case: Case, page: Page) -> tuple[Page, set[str]]:
    """Return a page whose JSON has changed, and the names of the fields that are no more."""
    rule = case.kind.rules[0]
    assert rule.each is not None
    way = tuple(str(rule.each.sources[-1].pattern).removesuffix("[]").split("."))
    fields = {one.name: str(one.selection.sources[0].pattern) for one in rule.fields if _is_key(one)}
    text = page.body.decode()
    found = re.search(r"__INITIAL_STATE__ = (\{.*\});", text)
    begin, end = found.span(1) if found else (0, len(text))
    change = JSON_CHANGES[case.names[0]]
    data, gone = change(orjson.loads(text[begin:end]), way, fields, random.Random(f"{case.seed} {case.names[0]}"))
    body = text[:begin] + orjson.dumps(data).decode().replace("</", "<\\/") + text[end:]
    return Page(page.url, 200, page.headers, body.encode(), page.fetched_at), gone


def _is_key(one: Field) -> bool:
    return len(one.selection.sources) == 1 and one.selection.sources[0].language == "json"


def _of_page(node: Any, row: Row) -> Any:
    """Return the element of the page of which one is a copy, where a row is a copy of an element and its siblings."""
    if row.element is row.origin or node.getroottree().getroot() is not row.element or node is row.element:
        return node
    way = []
    while node is not row.element:
        parent = node.getparent()
        way.append(parent.index(node))
        node = parent
    first, *rest = reversed(way)
    found = [row.origin, *row.origin.itersiblings()][first]
    for number in rest:
        found = found[number]
    return found


def _in_classes(kind: Kind) -> set[str]:
    return {one.name for rule in kind.rules for one in rule.fields if one.selection.attr == "class"}


def _is_below(node: Any, root: Any) -> bool:
    return node is not None and node.getroottree().getroot() is root


def _kept(kind: Kind, page: Page) -> KeptPage:
    return KeptPage(kind.name, page.url, page.fetched_at, page.body.decode())


if __name__ == "__main__":
    main()
