"""Every config of configs/ is replayed to its records: on processes and threads, parsed here and there, by each parser.

NAME.yaml, fixtures/NAME/ and fixtures/NAME.jsonl belong together, so a new config needs no code here. It does need a
line in the index, docs/how-to/worked-configs.md.
"""

import json
import re
import shutil
from pathlib import Path

import pytest

import scraper as package
from scraper.authoring import explain
from scraper.config.load import load_config
from scraper.errors import ConfigError
from scraper.fetch import recordings as replay
from scraper.report.accounts import Exit
from tests.conftest import NO_CHROMIUM, ROOT
from tests.pages.make_fixtures import FIXTURES
from tests.pages.worked.login import ENVIRONMENT

INDEX = ROOT / "docs/how-to/worked-configs.md"
KINDS = {
    "board", "pagination", "detail merge", "JSON API", "JSON in page", "sitemap", "table", "GBK novel list", "login",
    "regex only", "XPath only", "JavaScript",
}  # fmt: skip
"""What there must be an example of."""
WITHOUT_OWN_PAGES = {"maoyan-article"}
"""Shown for what is wrong with it; it reads a part of another config's recording, see test_fixtures."""
CONFIGS = [path for path in sorted((ROOT / "configs").glob("*.yaml")) if path.stem not in WITHOUT_OWN_PAGES]
BROWSED = {"javascript"}
"""Those that need a browser."""
HERE = [
    pytest.param(path, marks=pytest.mark.live if path.stem in BROWSED else ())
    for path in CONFIGS
    if not (NO_CHROMIUM and path.stem in BROWSED)
]
"""Those that can be run on this machine."""

configs = pytest.mark.parametrize("path", HERE, ids=lambda path: path.stem)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A folder to publish in, and the environment that configs ask for."""
    monkeypatch.chdir(tmp_path)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def run(path, **settings):
    """Return the report of a replayed run."""
    job = load_config(path, {name.replace("__", "."): value for name, value in settings.items()})
    return package.run(job, replay=FIXTURES / path.stem)


def is_browsed(path):
    """Whether a config needs a browser, which threads have none of."""
    return load_config(path).settings.fetcher == "browser"


def check_that_every_page_is_needed(path, folder):
    for meta in FIXTURES.glob(f"{path.stem}/*/meta.yaml"):
        shutil.rmtree(folder / "pages", ignore_errors=True)
        shutil.copytree(FIXTURES / path.stem, folder / "pages", ignore=shutil.ignore_patterns(meta.parent.name))
        job = load_config(path, {"download_timeout": "2", "retry_times": "0"})
        assert package.run(job, replay=folder / "pages").exit_code != Exit.OK, meta


def assert_good(report, path):
    """Fail unless a run went well in every respect and published the expected bytes."""
    assert (report.exit_code, report.alarms, report.failures) == (Exit.OK, (), ())
    assert all(not field.malformed for field in report.fields)
    assert Path(report.output).read_bytes() == FIXTURES.joinpath(f"{path.stem}.jsonl").read_bytes()


@configs
@pytest.mark.parametrize(
    ("engine", "parse_in"),
    [
        pytest.param("processes", "parent", marks=pytest.mark.live),
        pytest.param("processes", "worker", marks=pytest.mark.live),
        ("threads", "parent"),
    ],
)
def test_a_config_gives_its_records(path, engine, parse_in):
    if engine == "threads" and is_browsed(path):
        with pytest.raises(ConfigError, match="needs processes"):
            run(path, pool__engine=engine)
    else:
        assert_good(run(path, pool__engine=engine, parse_in=parse_in), path)


@configs
@pytest.mark.parametrize("parser", ["lxml", "soup"])
def test_another_parser_gives_the_same(path, parser, tmp_path):
    other = tmp_path / "configs" / path.name
    shutil.copytree(path.parent, other.parent)
    other.write_text(f"{path.read_text('utf-8')}\nparser: {parser}\n", "utf-8")  # a kind's own one, of XML, stays
    assert_good(run(other, pool__engine="processes" if is_browsed(path) else "threads"), path)


@configs
def test_every_recorded_page_is_used(path, monkeypatch, tmp_path):
    if is_browsed(path):  # in another process
        check_that_every_page_is_needed(path, tmp_path)
        return
    used, read = set(), replay.read_page
    monkeypatch.setattr(replay, "read_page", lambda folder, *rest: used.add(folder) or read(folder, *rest))
    run(path, pool__engine="threads")
    assert {folder.name for folder in used} == {meta.parent.name for meta in FIXTURES.glob(f"{path.stem}/*/meta.yaml")}


@configs
def test_every_field_is_filled_in_some_record_and_not_always_with_the_same(path):
    """Or a selector that finds nothing, or what stands beside the item, would give the expected records too."""
    job = load_config(path)
    lines = FIXTURES.joinpath(f"{path.stem}.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    fields = [field for kind in job.kinds.values() for rule in kind.rules for field in rule.fields]
    names = {name for field in fields for name in columns(field, job)}
    assert names
    for name in names:
        values = {json.dumps(value) for record in records for value in within(record, name.split("."))}
        assert values - {"null", "[]"}, name
        assert len(values) > 1 or name in ("shop", "in_stock"), name


def columns(field, job):
    """Yield the names under which the values of a field are written: those of a list by a path, lifted ones plain."""
    exploded = {rule.explode for kind in job.kinds.values() for rule in kind.rules}
    if not field.fields:
        yield from [] if field.name.startswith("_") else [field.name]
    for inner in field.fields:
        prefix = "" if field.name in exploded else f"{field.name}."
        yield from (prefix + name for name in columns(inner, job))


def within(value, names):
    """Yield what lies at the end of a path, in every object of the lists on the way."""
    if not names:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from within(one, names)
    else:
        yield from within(value[names[0]], names[1:])


@configs
def test_a_config_is_checked_without_a_warning_and_is_polite(path):
    job = load_config(path)
    told = list(explain.lines(job))
    assert [line for line in told if line.startswith("warning:")] == []
    assert any(line.startswith("expect.") for line in told)
    assert job.settings.robotstxt_obey
    start_urls = [url.text for kind in job.kinds.values() for url in kind.start_urls]
    assert start_urls
    assert all(url.startswith("https://") for url in start_urls)
    is_one_page = len(list(FIXTURES.glob(f"{path.stem}/*/meta.yaml"))) == 1
    assert is_one_page or job.settings.download_delay > 0


def rows():
    """Return the index: (kind, config, command), a row each."""
    text = INDEX.read_text("utf-8")
    return re.findall(r"(?m)^\| ([^|]+?) \| \[configs/([\w-]+)\.yaml\]\([^|]*\) \| [^|]+ \| `([^|]+)` \|$", text)


def test_the_index_names_every_config_and_each_kind_once():
    assert sorted(name for _, name, _ in rows()) == sorted(path.stem for path in CONFIGS)
    told = [kind for kind, _, _ in rows()]
    assert len(told) == len(set(told))
    assert set(told) <= KINDS


def test_the_command_of_the_index_runs_the_config_offline():
    for _, name, command in rows():
        assert command.endswith(f"python -m scraper configs/{name}.yaml --replay fixtures/{name}")
        text = (ROOT / f"configs/{name}.yaml").read_text("utf-8")
        assert command in text, f"{name}.yaml does not say how it is run"
        asked = re.findall(r"(\w+)=", command)
        assert sorted(asked) == sorted(set(re.findall(r"\$\{(\w+)\}", text)))


def test_there_is_a_config_of_every_kind():
    assert {kind for kind, _, _ in rows()} == KINDS
