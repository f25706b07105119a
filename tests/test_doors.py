"""What is added to the program is one entry in one table: each kind of it is added here, used in a job, and told of."""

import ast
import html
import re
import sqlite3
from pathlib import Path

import orjson
import pytest
from msgspec.structs import replace

from scraper.config.json_schema import json_schema
from scraper.config.load import load_config
from scraper.errors import ConfigError
from scraper.export.formats import FORMATS, Format
from scraper.fetch.fetchers import FETCHERS, FetcherInfo
from scraper.fetch.spool import Spool
from scraper.job.extras import Extra
from scraper.parse.transforms import STEPS, StepInfo
from scraper.parse.trees.parsers import PARSERS, ParserInfo, engine_of
from scraper.parse.values.types import TYPES
from scraper.runner import run
from tests.conftest import ROOT
from tests.docs import keyreference
from tests.test_imports import PATHS, tree

# --------------------------------------------------------------------------- what is added


def repeat(argument):
    """A step: a text, so many times."""
    return lambda text, _: text * int(argument)


class Database:
    """A format whose library opens the file itself: a table in SQLite, its columns those of the config."""

    def __init__(self, path, layout, is_new):
        assert is_new
        self._names = layout.names
        self._db = sqlite3.connect(path)
        self._db.execute(f"CREATE TABLE records ({', '.join(self._names)})")

    def write(self, rule, lines):
        assert rule
        rows = [[orjson.loads(line).get(name) for name in self._names] for line in lines]
        self._db.executemany(f"INSERT INTO records VALUES ({', '.join('?' * len(self._names))})", rows)

    def finish(self):
        self._db.commit()
        self._db.close()


class Memory:
    """A fetcher that has all pages by heart."""

    def __init__(self, settings, ca_file):
        pass

    def exchange(self, question):
        body = f"<p>{question.target}</p><p>end</p>".encode()
        return 200, (("Content-Type", "text/html"), ("Content-Length", str(len(body)))), Spool([body])

    def close(self):
        pass


def open_lines():
    """A parser of plain text: a line is a paragraph."""
    lxml = engine_of("lxml")

    def parse(markup):
        text = markup if isinstance(markup, str) else markup.decode()
        return lxml.parse("".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines()))

    return replace(lxml, parse=parse)


STEP = StepInfo(repeat, "Write it so many times.", "text")
FORMAT = Format(".rows", Database, "one table", is_table=True, needs_path=True)
FETCHER = FetcherInfo(Memory, "knows all pages by heart")
PARSER = ParserInfo(open_lines, "lines of text")


# --------------------------------------------------------------------------- and how it is used

CONFIG = """start_urls: ["{url}/page"]
records: {{each: p, fields: {{a: {{get: text, steps: [{steps}]}}}}}}
parser: {parser}
output: {{path: "output/x{suffix}", mode: {mode}}}
settings: {{fetcher: {fetcher}, robotstxt_obey: false, contact: me@a.example, pool: {{engine: threads}}}}
"""


@pytest.fixture
def text(site):
    """A function that returns a config; the page of its site is a paragraph."""
    site.pages["/page"] = "<p>tea"

    def text(steps="strip", parser="html5", suffix=".jsonl", mode="replace", fetcher="requests"):
        return CONFIG.format(url=site.url, steps=steps, parser=parser, suffix=suffix, mode=mode, fetcher=fetcher)

    return text


@pytest.fixture
def output(config, text):
    """A function that runs a job and returns what it wrote."""

    def output(**what):
        report = run(load_config(config(text(**what))))
        assert report.exit_code == 0, report
        return Path(report.output).read_bytes()

    return output


@pytest.fixture
def mistake(config, text):
    """A function that returns the one mistake of a config."""

    def mistake(**what):
        with pytest.raises(ConfigError) as caught:
            load_config(config(text(**what)))
        (problem,) = caught.value.problems
        return f"{problem.path}: {problem.message}"

    return mistake


def told(model, key):
    """Return what the JSON Schema and the reference say of a key."""
    schema = json_schema()["$defs"][model]
    mapping = next(form for form in schema.get("anyOf", [schema]) if "properties" in form)
    (row, *_) = (line for line in keyreference.page().splitlines() if line.startswith(f"| `{key}` |"))
    return mapping["properties"][key], row


def test_a_step_is_added_by_one_entry(output, mistake, monkeypatch):
    assert "steps[0].repeat: unknown step 'repeat'" in mistake(steps="{repeat: '3'}")
    monkeypatch.setitem(STEPS, "repeat", STEP)
    assert output(steps="upper, {repeat: '2'}") == b'{"a":"TEATEA"}\n'
    assert mistake(steps="{repat: '3'}").endswith("unknown step 'repat'; did you mean 'repeat'?")
    assert mistake(steps="repeat").endswith("'repeat' needs an argument: {repeat: …}")
    assert mistake(steps="{repeat: 3}").endswith("expected text, got the number 3; quote it to make it text")
    schema, row = told("StepSpec", "repeat")
    assert (schema["type"], schema["description"]) == ("string", STEP.summary)
    assert STEP.summary in row


def test_a_format_is_added_by_one_entry(output, mistake, monkeypatch):
    assert mistake(suffix=".rows").endswith(
        "ends with .jsonl, .jsonl.gz, .csv, .parquet, .sqlite or .db, or - for standard output"
    )
    monkeypatch.setitem(FORMATS, FORMAT.suffix, FORMAT)
    assert output(suffix=".rows").startswith(b"SQLite format 3")
    with sqlite3.connect("output/x.rows") as db:
        assert db.execute("SELECT * FROM records").fetchall() == [("tea",)]
    db.close()
    assert mistake(suffix=".json").endswith(
        "ends with .jsonl, .jsonl.gz, .csv, .parquet, .sqlite, .db or .rows, or - for standard output"
    )
    assert "nothing can be appended to a .rows file" in mistake(suffix=".rows", mode="append")
    monkeypatch.setitem(FORMATS, FORMAT.suffix, replace(FORMAT, extra=Extra("tables", "no_such_module")))
    assert "pip install '.[tables]' in its checkout" in mistake(suffix=".rows")
    schema, row = told("OutputSpec", "path")
    assert ".rows: one table (needs the extra `tables`)" in schema["description"]
    assert ".rows: one table" in row


def test_a_fetcher_is_added_by_one_entry(output, mistake, monkeypatch):
    assert "expected 'requests', 'curl' or 'browser', got the text 'memory'" in mistake(fetcher="memory")
    monkeypatch.setitem(FETCHERS, "memory", FETCHER)
    assert output(fetcher="memory") == b'{"a":"/page"}\n{"a":"end"}\n'
    assert mistake(fetcher="memry").endswith("did you mean 'memory'?")
    monkeypatch.setitem(FETCHERS, "memory", replace(FETCHER, extra=Extra("mind", "no_such_module")))
    assert "memory needs the extra `mind`" in mistake(fetcher="memory")
    schema, row = told("SettingsSpec", "fetcher")
    assert schema["enum"][-1] == "memory"
    assert "`memory`" in row
    assert "memory: knows all pages by heart (needs the extra `mind`)" in row


def test_a_parser_is_added_by_one_entry(site, output, mistake, monkeypatch):
    site.pages["/page"] = "<p>tea\nmilk"
    assert "expected 'html5', 'lxml', 'soup' or 'xml', got the text 'lines'" in mistake(parser="lines")
    monkeypatch.setitem(PARSERS, "lines", PARSER)
    assert output() == b'{"a":"tea milk"}\n'
    assert output(parser="lines") == b'{"a":"<p>tea"}\n{"a":"milk"}\n'
    assert mistake(parser="line").endswith("did you mean 'lines'?")
    schema, row = told("KindSpec", "parser")
    assert "lines" in schema["enum"]
    assert "lines: lines of text" in row


# --------------------------------------------------------------------------- and nobody asks for a name

OWN = {
    "parse.selectors.css_xpath": "knows two dialects of selectors, html and xml",
    "parse.trees.tree": "makes the trees of lxml and of soup",
    "crawl.forms": "knows the types of a form's inputs, of which file is one",
    "job.params": "reads files of values, by suffixes of their own",
    "config.checks.templates": "knows these files, too",
}
NAMED = {*PARSERS, *FETCHERS, *FORMATS}
LOOKED_UP = re.compile(r"\b(?:step\.name|\.type|kind|parser|fetcher)$")
"""What names a step or a type: their names are also words of HTTP, of JSON and of other choices."""


def compared(name):
    """Yield each text that a module compares something with, and what it is compared with."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Match):
            patterns = [part for case in node.cases for part in ast.walk(case.pattern)]
            sides = [node.subject, *(part.value for part in patterns if isinstance(part, ast.MatchValue))]
        else:
            continue
        subject = " ".join(ast.unparse(side) for side in sides if not isinstance(side, ast.Constant))
        for side in sides:
            texts = [part.value for part in ast.walk(side) if isinstance(part, ast.Constant)]
            yield from ((word, subject) for word in texts if isinstance(word, str))


@pytest.mark.parametrize("name", sorted(PATHS.keys() - OWN.keys()))
def test_nobody_compares_with_the_name_of_what_stands_in_a_table(name):
    pairs = list(compared(name))
    found = [pair for pair in pairs if pair[0] in NAMED]
    found += [pair for pair in pairs if pair[0] in {*STEPS, *TYPES} and LOOKED_UP.search(pair[1])]
    assert found == []
    code = PATHS[name].read_text(encoding="utf-8")
    assert not re.search(r"(?:\bis|\bis not|==|!=) (?:formats\.)?(?:LINES|GZIPPED_LINES|CSV|PARQUET|SQLITE)\b", code)


# --------------------------------------------------------------------------- and it is written down

DESIGN = (ROOT / "docs" / "explanation" / "design.md").read_text("utf-8")
MOST = {"step": 3, "output format": 4, "fetcher": 4, "parser": 4}


@pytest.mark.parametrize("what", MOST)
def test_what_is_added_touches_few_files(what):
    row = re.search(rf"(?m)^\| a new {what} \| (.*) \|$", DESIGN)[1]
    files = re.findall(r"`([\w/.]+\.\w+)`", row)
    assert len(files) <= MOST[what]
    assert [file for file in files if "NAME" not in file and not (ROOT / file).exists()] == []


def test_the_walk_leads_to_these_lines():
    walks = re.findall(r"(?m)^\| [^|]+ \| `(\w+)/` → `(\w+\.py)` \| `([^`]+)` \|$", DESIGN)
    assert len(walks) == 4
    for room, file, line in walks:
        assert line in (ROOT / "scraper" / room / file).read_text("utf-8")


@pytest.mark.parametrize(
    ("table", "page"),
    [
        (PARSERS, "reference/configuration.md"),
        (FETCHERS, "reference/configuration.md"),
        (TYPES, "reference/configuration.md"),
        (STEPS, "reference/configuration.md"),
        (FORMATS, "how-to/analysts.md"),
    ],
)
def test_what_stands_in_a_table_is_told_in_the_docs(table, page):
    text = (ROOT / "docs" / page).read_text("utf-8")
    forms = "`{0}`", "`x{0}`", "`{{{0}: "
    assert [name for name in table if not any(form.format(name) in text for form in forms)] == []
