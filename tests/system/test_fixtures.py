"""Every folder of fixtures/ gives the records that lie in it, or fails as its meta.yaml says."""

import shutil

import pytest
from msgspec.structs import replace

from scraper.config.load import load_config
from scraper.crawl.plan import allowed_domains
from scraper.crawl.policy import Policy
from scraper.crawl.retry import RetryPolicy
from scraper.fetch.recordings import read_page
from scraper.job import yamldoc
from scraper.models import Failure, Page, Request
from scraper.parse.parser import Parser
from tests.conftest import NO_CHROMIUM, ROOT
from tests.pages.make_fixtures import FIXTURES, build
from tests.pages.worked.login import ENVIRONMENT

CONFIGS = [
    path for path in sorted((ROOT / "configs").glob("*.yaml")) if not (NO_CHROMIUM and path.stem == "javascript")
]
FOLDERS = sorted(path.parent for path in FIXTURES.glob("*/*/meta.yaml") if "config: " in path.read_text("utf-8"))
READABLE = [folder for folder in FOLDERS if (folder / "records.jsonl").exists()]
FAILING = [folder for folder in FOLDERS if folder not in READABLE]
BOARDS = [folder for folder in READABLE if folder.parent.name.startswith("maoyan")]


def called(folder):
    return f"{folder.parent.name}/{folder.name}"


def meta_of(folder):
    return yamldoc.load((folder / "meta.yaml").read_text(encoding="utf-8"), str(folder)).data


def kind_of(job, name):
    """Return a kind of a job by name; without a name its only one."""
    return job.kinds[name] if name else next(iter(job.kinds.values()))


def expected(folder):
    return (folder / "records.jsonl").read_text(encoding="utf-8").splitlines()


def read(folder, job, kind):
    """Return the record lines that a kind makes of a folder's page, or its Failure."""
    page = read_page(folder)
    parser = Parser(kind, regex_timeout=job.settings.regex_timeout)
    parsed = parser.parse(Request(page.url, kind=kind.name), page)
    return parsed if isinstance(parsed, Failure) else [line.decode() for lines in parsed.lines for line in lines]


@pytest.fixture(scope="module")
def maoyan():
    return load_config(ROOT / "configs/maoyan.yaml")


def test_the_fixtures_are_what_the_generator_writes():
    built = build()
    sites = {name.partition("/")[0] for name in built if "/" in name}
    files = [path for site in sites for path in (FIXTURES / site).rglob("*") if path.is_file()]
    files += [path for path in FIXTURES.glob("*.jsonl") if path.stem in sites]
    saved = {path.relative_to(FIXTURES).as_posix(): path.read_bytes() for path in files}
    assert saved.keys() == built.keys()
    assert [name for name in saved if saved[name] != built[name]] == []


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_config_loads_and_only_the_articles_is_warned_of(path, monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    job = load_config(path)
    assert job.name == path.stem
    assert bool(job.warnings) == (path.stem == "maoyan-article"), job.warnings


@pytest.mark.parametrize("folder", READABLE, ids=called)
def test_a_page_gives_its_records(folder):
    meta = meta_of(folder)
    job = load_config(ROOT / meta["config"])
    assert read(folder, job, kind_of(job, meta.get("kind"))) == expected(folder)


@pytest.mark.parametrize("folder", FAILING, ids=called)
def test_a_page_that_must_fail_fails_with_its_reason(folder):
    meta = meta_of(folder)
    job = load_config(ROOT / meta["config"])
    parser = Parser(kind_of(job, meta["kind"]), regex_timeout=job.settings.regex_timeout)
    retries = RetryPolicy(replace(job.settings, retry_times=0), now=lambda: 0.0, random=lambda: 0.0)
    policy = Policy(retries, allowed_domains(job), lambda _, url: parser.blocks(url))
    request = Request(meta["url"], kind=meta["kind"])
    verdict = policy.judge(request, read_page(folder))
    verdict = parser.parse(request, verdict) if isinstance(verdict, Page) else verdict
    assert isinstance(verdict, Failure)
    assert verdict.reason == meta["failure"]


@pytest.mark.parametrize("parser", ["html5", "lxml", "soup"])
@pytest.mark.parametrize("folder", BOARDS, ids=called)
def test_css_gives_the_records_of_every_board_on_every_parser(maoyan, folder, parser):
    assert read(folder, maoyan, replace(maoyan.kinds["top100"], parser=parser)) == expected(folder)


@pytest.mark.parametrize("folder", BOARDS, ids=called)
def test_regex_gives_the_records_of_every_board_that_closes_its_items(maoyan, folder):
    records = read(folder, maoyan, maoyan.kinds["hot"])
    if "hot" in meta_of(folder).get("unreadable_by", ()):
        assert records.reason == "no records"
    else:
        assert records == expected(folder)


@pytest.mark.parametrize("folder", sorted(FIXTURES.glob("maoyan/board-*")), ids=called)
def test_the_articles_one_regex_gives_the_same_where_nothing_is_missing(folder):
    job = load_config(ROOT / "configs/maoyan-article.yaml")
    assert read(folder, job, kind_of(job, None)) == expected(folder)


def test_the_articles_one_regex_is_stopped_where_it_would_search_for_ever():
    job = load_config(ROOT / "configs/maoyan-article.yaml")
    job = replace(job, settings=replace(job.settings, regex_timeout=0.1))
    assert read(FIXTURES / "maoyan-variants/unclosed-dd", job, kind_of(job, None)).reason == "parse timeout"


@pytest.mark.parametrize("name", ["maoyan", "quotes", "books"])
def test_a_replayed_job_publishes_the_records_of_all_its_pages(scraper, folder, name):
    done = scraper(ROOT / f"configs/{name}.yaml", "--replay", FIXTURES / name)
    assert done.returncode == 0, done.stderr
    assert (folder / f"output/{name}.jsonl").read_bytes() == (FIXTURES / f"{name}.jsonl").read_bytes()


def test_a_renamed_class_raises_an_alarm_that_names_the_field(scraper, folder):
    saved = folder / "saved"
    shutil.copytree(FIXTURES / "maoyan", saved)
    for page in saved.glob("board-4-offset-[12]0/page.html"):
        page.write_bytes(page.read_bytes().replace(b'class="releasetime"', b'class="release-date"'))
    done = scraper(ROOT / "configs/maoyan.yaml", "--replay", saved)
    assert done.returncode == 4
    assert "ALARM field_coverage: top100.time is filled in 80 of 100 records" in done.stderr
    assert not (folder / "output/maoyan.jsonl").exists()


def test_a_captcha_in_place_of_the_boards_publishes_nothing(scraper, folder):
    done = scraper(ROOT / "configs/maoyan.yaml", "--replay", FIXTURES / "maoyan-blocked")
    assert done.returncode == 4
    assert "ALARM blocked: 2 of 11 pages" in done.stderr
    assert not (folder / "output/maoyan.jsonl").exists()
