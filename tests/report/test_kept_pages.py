"""Which pages are kept whole for `mend`, and the file that they lie in."""

import gzip

import pytest

from scraper.errors import OutputError, Reason
from scraper.job import Field, Job, Kind, Output, Rule, Selection
from scraper.job.secrets import Secrets
from scraper.job.templates import Template
from scraper.journal.rows import from_snapshot, to_snapshot
from scraper.models import Failure, Page, Parsed, Snapshot
from scraper.report.kept_pages import LARGEST, MOST_BYTES, Keeper, keep, read_kept

KIND = Kind("list", (Rule("list", (Field("title", Selection()), Field("score", Selection()))),))


def page(body=b"<p>x</p>"):
    return Page("http://a/", 200, (), body, 1.0)


def parsed(*filled, records=10):
    return Parsed((tuple([b"{}"] * records),), (filled,))


class Kept:
    """A journal that holds what was put into it."""

    def __init__(self, **snapshots):
        self.rows = {}
        for topic, snapshot in snapshots.items():
            self.put(topic, snapshot)

    def put(self, topic, snapshot, secrets=Secrets()):
        whole = Snapshot((), snapshot[0], 200, 1.0, snapshot[1], (topic,), snapshot[2])
        self.rows |= dict(from_snapshot(whole, secrets))

    def snapshot(self, topic):
        return to_snapshot(topic, self.rows[topic]) if topic in self.rows else None


def job(tmp_path, *kinds):
    return Job("films", tmp_path / "films.yaml", {name: Kind(name, ()) for name in kinds}, Output(Template("o.jsonl")))


def test_the_pages_with_the_most_values_and_those_with_the_least_are_kept():
    keeper = Keeper()
    for number in range(3):
        assert keeper.topics(KIND, page(), parsed(5, 5)) == (f"best {number} of list", f"worst {number} of list")
    assert keeper.topics(KIND, page(), parsed(5, 5)) == ()
    assert keeper.topics(KIND, page(), parsed(10, 10)) == ("best 0 of list",)
    assert keeper.topics(KIND, page(), parsed(5, 0)) == ("worst 0 of list",)
    assert keeper.topics(KIND, page(), Failure(Reason.NO_RECORDS)) == ("worst 1 of list",)


def test_no_page_is_kept_that_is_huge_or_did_not_come():
    keeper = Keeper()
    assert keeper.topics(KIND, page(), Failure(Reason.BLOCKED)) == ()
    assert keeper.topics(KIND, page(b"x" * (LARGEST + 1)), parsed(5, 5)) == ()


def test_the_pages_come_back_with_their_records_and_without_secrets(tmp_path):
    journal = Kept()
    records = '[["{\\"title\\":\\"Rashomon\\"}"]]'
    journal.put(
        "best 0 of list", ("http://a/", "<p>Rashomon for s3cret-token</p>", records), Secrets({"KEY": "s3cret-token"})
    )
    assert keep(tmp_path / "kept.jsonl.gz", job(tmp_path, "list"), journal, "best") == 1
    (kept,) = read_kept(tmp_path / "kept.jsonl.gz")
    assert (kept.kind, kept.text, kept.records) == ("list", "<p>Rashomon for ***</p>", (({"title": "Rashomon"},),))
    assert kept.page().body == b"<p>Rashomon for ***</p>"


def test_of_much_that_is_large_each_kind_has_its_first_page(tmp_path):
    import random

    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=1_200_000))
    journal = Kept()
    for kind in ("a", "b"):
        for place in range(3):
            journal.put(f"best {place} of {kind}", ("http://a/", noise, "[]"))
    keep(tmp_path / "kept.jsonl.gz", job(tmp_path, "a", "b"), journal, "best")
    assert [one.kind for one in read_kept(tmp_path / "kept.jsonl.gz")] == ["a", "b"]
    assert (tmp_path / "kept.jsonl.gz").stat().st_size <= MOST_BYTES


def test_a_file_that_is_none_is_told_with_its_name(tmp_path):
    (tmp_path / "kept.jsonl.gz").write_bytes(gzip.compress(b"{}\n"))
    with pytest.raises(OutputError, match=r"kept\.jsonl\.gz: cannot be read"):
        read_kept(tmp_path / "kept.jsonl.gz")
    assert read_kept(tmp_path / "nowhere") == []
