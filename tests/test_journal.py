"""The journal, alone and as publication reads it."""

import sqlite3

import pytest

from scraper.errors import OutputError
from scraper.journal import Journal, fingerprint
from scraper.models import Dropped, Failure, Fault, Finished, Parsed, Request, State


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        yield journal


def starts(*urls, kind="list"):
    return [("a", Request(url, kind=kind)) for url in urls]


def test_pending_pages_come_out_once_in_plan_order_with_what_was_put_in(journal):
    first = Request("http://a/1", kind="list", params={"offset": 10, "cat": {"id": 7}})
    second = Request("http://a/2", kind="list", method="POST", body=b"\xff\x00")
    journal.add_starts([("a", first), ("a", second)])
    taken = journal.take("a", 10)
    assert [(r.url, r.params, r.method, r.body, r.id) for r in taken] == [
        ("http://a/1", {"offset": 10, "cat": {"id": 7}}, "GET", None, 1),
        ("http://a/2", {}, "POST", b"\xff\x00", 2),
    ]
    assert journal.take("a", 10) == []
    assert journal.backlog == set()


def test_headers_are_not_stored_because_they_may_hold_secrets(journal):
    journal.add_starts([("a", Request("http://a/1", headers=(("X-Api-Key", "hush"),)))])
    journal.close()
    assert b"hush" not in journal.path.read_bytes()


def test_one_page_in_several_spellings_is_one_page(journal):
    journal.add_starts(starts("http://a/p?x=1&y=2", "http://a/p?y=2&x=1", "http://A/p?x=1&y=2#top"))
    edges, pages, _ = journal.accounts()
    assert (edges, pages) == (3, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Request("http://a/P"), Request("http://a/p")),
        (Request("http://a/p"), Request("http://a/p", method="POST")),
        (Request("http://a/p", method="POST", body=b"1"), Request("http://a/p", method="POST", body=b"2")),
        (Request("http://a/p?x="), Request("http://a/p")),
    ],
)
def test_different_requests_have_different_fingerprints(one, other):
    assert fingerprint(one) != fingerprint(other)


def test_a_finished_page_comes_back_as_it_was_stored(journal):
    journal.add_starts(starts("http://a/1"))
    request = journal.take("a", 1)[0]
    parsed = Parsed(
        lines=((b'{"a":1}', b'{"a":2}'), (), (b'{"b":"\xe7\x94\xbb"}',)),
        faults=tuple(Fault("list", "a", value, "no int") for value in "vwxyz"),
        dropped=(Dropped("list", "title", 2),),
        replaced=3,
    )
    journal.store([Finished(request, 12.5, ("no length",), parsed=parsed)])
    page = journal.page(request.id)
    assert (page.state, page.fetched_at, page.marks) == (State.FETCHED, 12.5, "no length")
    assert page.lines == parsed.lines
    assert sum(count for _, count in page.faults) == 5
    assert [fault.value for fault, _ in page.faults] == ["v", "w", "x"]
    assert (page.dropped, page.replaced) == (parsed.dropped, 3)


def test_a_failed_page_keeps_its_reason_and_no_records(journal):
    journal.add_starts(starts("http://a/1", "http://a/2"))
    journal.store([Finished(journal.take("a", 1)[0], failure=Failure("http 404", "gone"))])
    assert journal.accounts() == (2, 2, {(0, None): 1, (2, "http 404"): 1})
    assert list(journal.failures(5)) == [("http://a/1", "http 404", "gone")]
    assert journal.page(1).lines == ()


def test_what_was_in_flight_is_pending_again_after_a_crash(tmp_path):
    path = tmp_path / "journal.db"
    journal = Journal(path)
    journal.add_starts(starts("http://a/1", "http://a/2", "http://a/3"))
    taken = journal.take("a", 2)
    journal.store([Finished(taken[0], parsed=Parsed(((b"{}",),)))])
    journal.close()
    again = Journal(path)
    assert again.backlog == {"a"}
    assert [request.url for request in again.take("a", 10)] == ["http://a/2", "http://a/3"]
    assert again.planned() == 3
    again.close()


def test_a_key_is_claimed_once(journal):
    assert journal.claim_key(b"k")
    assert not journal.claim_key(b"k")
    assert journal.claim_key(b"l")


def test_facts_of_the_run_are_kept(journal):
    assert journal.get("state") is None
    journal.set("state", "crawling")
    journal.set("state", "finished")
    assert journal.get("state") == "finished"


def test_a_journal_that_cannot_be_opened_or_written_says_which_file(tmp_path):
    with pytest.raises(OutputError, match="journal"):
        Journal(tmp_path / "missing" / "journal.db")
    (tmp_path / "broken.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(OutputError, match=r"broken\.db"):
        Journal(tmp_path / "broken.db")
    with Journal(tmp_path / "full.db") as journal:
        pages = sqlite3.connect(journal.path).execute("PRAGMA page_count").fetchone()[0]
        journal._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OutputError, match="full"):
            journal.add_starts(starts(*(f"http://a/{n}" for n in range(10_000))))
