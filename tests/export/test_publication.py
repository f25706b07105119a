"""What the output holds: records in plan order, joined, each key once; and what is counted of it."""

import json

import pytest

from scraper.export.keys import Keys
from scraper.export.publication import Publication, lasting_key
from scraper.job import PROVENANCE, Field, Follow, Job, Kind, Output, Rule, Selection
from scraper.job.templates import Template
from scraper.journal.journal import Journal
from scraper.models import Child, Failure, Fault, Finished, Link, Parsed, Request


def fields(*names):
    return tuple(Field(name, Selection()) for name in names)


def job(*kinds, provenance=()):
    return Job("job", None, {kind.name: kind for kind in kinds}, Output(Template("out.jsonl"), provenance=provenance))


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        yield journal


def start(journal, *urls, kind="list"):
    journal.add_starts([("a", Request(url, kind=kind)) for url in urls])
    return {request.url: request for request in journal.take("a", 100)}


def finish(journal, request, *lines, children=(), **options):
    width = len(json.loads(lines[0])) if lines else 0
    parsed = None if "failure" in options else Parsed((tuple(lines),), ((len(lines),) * width,))
    journal.store([Finished(request, 1.5, parsed=parsed, children=tuple(children), **options)])
    return {request.url: request for request in journal.take("a", 100)}


def child(url, kind, record=None, *, is_merged=False, params=None):
    link = Link(url, kind, params or {}, None if record is None else 0, record, is_merged)
    return Child(link, Request(url, kind=kind, params=params or {}, depth=1), "a")


def published(job, journal, known=()):
    with Keys() as keys:
        keys.learn(known)
        publication = Publication(job, journal, keys)
        return [json.loads(line) for _, lines in publication.records() for line in lines], publication.tally


LIST = Kind("list", (Rule("list", fields("n")),), start_urls=(Template("http://a/"),))


def test_records_come_in_plan_order_whatever_finished_first(journal):
    pages = start(journal, "http://a/1", "http://a/2")
    finish(journal, pages["http://a/2"], b'{"n":3}')
    finish(journal, pages["http://a/1"], b'{"n":1}', b'{"n":2}')
    lines, tally = published(job(LIST), journal)
    assert lines == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert (tally.records["list"], tally.filled["list", "n"]) == (3, 3)


def test_provenance_names_the_page_of_each_record(journal):
    pages = start(journal, "http://a/1")
    finish(journal, pages["http://a/1"], b'{"n":1}')
    lines, _ = published(job(LIST, provenance=PROVENANCE[:3]), journal)
    assert lines == [{"n": 1, "_url": "http://a/1", "_page": "list", "_fetched_at": "1970-01-01T00:00:01.500Z"}]


def test_a_second_record_with_the_same_key_is_dropped_counted_and_not_followed(journal):
    detail = Kind("detail", (Rule("detail", fields("t")),))
    kind = Kind(
        "list",
        (Rule("list", fields("n", "m"), key=("n",), follow=(Follow("detail", Selection()),)),),
        start_urls=LIST.start_urls,
    )
    pages = start(journal, "http://a/1", "http://a/2")
    finish(journal, pages["http://a/1"], b'{"n":1,"m":1}', children=[child("http://a/d1", "detail", 0)])
    links = [child("http://a/d2", "detail", 0), child("http://a/d3", "detail", 1)]
    new = finish(journal, pages["http://a/2"], b'{"n":1,"m":2}', b'{"n":2,"m":3}', children=links)
    for number in (2, 3):
        finish(journal, new[f"http://a/d{number}"], b'{"t":%d}' % number)
    finish(journal, Request("http://a/d1", id=3, kind="detail"), b'{"t":1}')
    lines, tally = published(job(kind, detail), journal)
    assert lines == [{"n": 1, "m": 1}, {"t": 1}, {"n": 2, "m": 3}, {"t": 3}]
    assert tally.duplicates["list"] == 1


@pytest.mark.parametrize("nothing", [b"null", b"[]"])
def test_a_null_tells_no_record_from_another(journal, nothing):
    kind = Kind("list", (Rule("list", fields("sku", "n"), key=("sku",)),), start_urls=LIST.start_urls)
    pages = start(journal, "http://a/1")
    rows = [b'{"sku":null,"n":1}', b'{"sku":"a","n":2}', b'{"sku":null,"n":3}', b'{"sku":"a","n":4}']
    finish(journal, pages["http://a/1"], *(row.replace(b"null", nothing) for row in rows))
    lines, tally = published(job(kind), journal)
    assert [line["n"] for line in lines] == [1, 2, 3]
    assert (tally.keyless["list"], tally.duplicates["list"]) == (2, 1)
    assert ["2 records of list have a null in their key" in note for note in tally.notes()] == [True]


FILM = Kind("film", (Rule("film", fields("minutes", "plot")),))
MERGING = Kind(
    "list",
    (Rule("list", fields("n"), follow=(Follow("film", Selection(), merge=True),)),),
    start_urls=LIST.start_urls,
)


def test_a_followed_pages_record_joins_the_one_that_led_to_it(journal):
    pages = start(journal, "http://a/1")
    links = [child(f"http://a/f{n}", "film", n, is_merged=True) for n in range(3)]
    films = finish(journal, pages["http://a/1"], *(b'{"n":%d}' % n for n in range(4)), children=links)
    finish(journal, films["http://a/f0"], b'{"minutes":171,"plot":"x"}')
    finish(journal, films["http://a/f1"], failure=Failure("http 500", "oops"))
    parsed = Parsed(((b'{"minutes":null,"plot":"z"}',),), faults=(Fault("film", "minutes", "long", "is no number"),))
    journal.store([Finished(films["http://a/f2"], 1.0, parsed=parsed)])
    the_job = job(MERGING, FILM)
    lines, tally = published(the_job, journal)
    assert lines == [
        {"n": 0, "minutes": 171, "plot": "x"},
        {"n": 1, "minutes": None, "plot": None},
        {"n": 2, "minutes": None, "plot": "z"},
        {"n": 3, "minutes": None, "plot": None},
    ]
    assert (tally.unmerged["list"], tally.unlinked["list"]) == (1, 1)
    assert ["1 records of list have no link" in note for note in tally.notes()] == [True]
    assert tally.malformed["list", "minutes"] == 1
    assert (tally.records["list"], tally.records["film"]) == (4, 0)
    assert the_job.columns(MERGING.rules[0]) == ("n", "minutes", "plot")
    assert the_job.published_rules() == MERGING.rules


def test_one_page_may_join_several_records(journal):
    pages = start(journal, "http://a/1")
    links = [child("http://a/f", "film", n, is_merged=True) for n in range(2)]
    films = finish(journal, pages["http://a/1"], b'{"n":0}', b'{"n":1}', children=links)
    finish(journal, films["http://a/f"], b'{"minutes":1,"plot":null}')
    lines, _ = published(job(MERGING, FILM), journal)
    assert [line["minutes"] for line in lines] == [1, 1]


def test_records_that_lead_to_each_other_for_ever_end(journal):
    rule = Rule("list", fields("n"), follow=(Follow("list", Selection(), merge=True),))
    pages = start(journal, "http://a/1")
    finish(journal, pages["http://a/1"], b'{"n":1}', children=[child("http://a/1", "list", 0, is_merged=True)])
    lines, _ = published(job(Kind("list", (rule,), start_urls=LIST.start_urls)), journal)
    assert len(lines) == 1


def test_a_record_of_only_helpers_is_not_written(journal):
    kind = Kind("list", (Rule("list", fields("_n")), Rule("more", fields("m"))), start_urls=LIST.start_urls)
    (page,) = start(journal, "http://a/1").values()
    parsed = Parsed(((b"{}",), (b'{"m":1}',)), ((), (1,)))
    journal.store([Finished(page, 1.5, parsed=parsed)])
    lines, tally = published(job(kind, provenance=PROVENANCE[:3]), journal)
    assert [line["m"] for line in lines] == [1]
    assert tally.records == {"more": 1}


def test_a_record_of_an_earlier_run_is_found_and_followed_but_not_written(journal):
    detail = Kind("detail", (Rule("detail", fields("t")),))
    rule = Rule("list", fields("n"), key=("n",), follow=(Follow("detail", Selection()),))
    pages = start(journal, "http://a/1")
    links = [child("http://a/d1", "detail", 0)]
    (page,) = finish(journal, pages["http://a/1"], b'{"n":1}', b'{"n":2}', children=links).values()
    finish(journal, page, b'{"t":1}')
    the_job = job(Kind("list", (rule,), start_urls=LIST.start_urls), detail)
    lines, tally = published(the_job, journal, known=[lasting_key(rule.name, ["1"])])
    assert lines == [{"n": 2}, {"t": 1}]
    assert (tally.records["list"], tally.known["list"], tally.filled["list", "n"]) == (2, 1, 2)


def test_what_joins_a_record_may_be_joined_itself(journal):
    film = Kind("film", (Rule("film", fields("minutes"), follow=(Follow("cast", Selection(), merge=True),)),))
    cast = Kind("cast", (Rule("cast", fields("star")),))
    pages = start(journal, "http://a/1")
    to_films = [child(f"http://a/f{n}", "film", n, is_merged=True) for n in range(2)]
    films = finish(journal, pages["http://a/1"], b'{"n":0}', b'{"n":1}', children=to_films)
    for n, link in enumerate(films.values()):
        to_cast = [child(f"http://a/c{n}", "cast", 0, is_merged=True)]
        (actors,) = finish(journal, link, b'{"minutes":%d}' % n, children=to_cast).values()
        if n:
            finish(journal, actors, b'{"star":"x"}')
        else:
            finish(journal, actors, failure=Failure("http 500", "oops"))
    lines, tally = published(job(MERGING, film, cast), journal)
    assert lines == [{"n": 0, "minutes": 0, "star": None}, {"n": 1, "minutes": 1, "star": "x"}]
    assert tally.unmerged == {"film": 1}
