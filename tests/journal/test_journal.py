"""The journal, alone and as publication reads it."""

import contextlib
import sqlite3

import pytest
from msgspec.structs import replace

from scraper.errors import OutputError, Reason
from scraper.job.secrets import Secrets
from scraper.journal.journal import SLICE, Abandoned, Journal
from scraper.journal.rows import fingerprint
from scraper.models import Child, Dropped, Failure, Fault, Finished, Link, Page, Parsed, Request, State


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
    assert [(r.url, r.params, r.method, r.body, r.id) for r in taken] == [  # bodies may hold secrets: made anew
        ("http://a/1", {"offset": 10, "cat": {"id": 7}}, "GET", None, 1),
        ("http://a/2", {}, "POST", None, 2),
    ]
    assert journal.take("a", 10) == []
    assert journal.backlog == set()


def test_headers_are_not_stored_because_they_may_hold_secrets(journal):
    journal.add_starts([("a", Request("http://a/1", headers=(("X-Api-Key", "hush"),)))])
    journal.close()
    assert b"hush" not in journal.path.read_bytes()


def test_no_secret_is_stored_and_what_is_taken_out_has_it_again(tmp_path):
    def request(key):
        return Request(f"http://a/1?key={key}", "list", "POST", body=key.encode(), params={"a": [{"b": key}]})

    for key in ("hush-hush-one", "hush-hush-other"):
        secrets, path = Secrets({"KEY": key}), tmp_path / f"{key[-3:]}.db"
        assert fingerprint(request(key), secrets) == fingerprint(request("hush"), Secrets({"KEY": "hush"}))
        with Journal(path, secrets) as journal:
            journal.add_starts([("a", request(key))])
            taken = journal.take("a", 1)[0]
            assert (taken.url, taken.params) == (request(key).url, {"a": [{"b": key}]})
            assert (taken.method, taken.body) == ("POST", None), "bodies are made anew of the params"
            hop = replace(taken, url=f"http://a/2?{key}", hops=(taken.url,))
            faults = (Fault("list", "x", f"a value that is {key[:10]}", f"is {key}"),)
            page = Page(hop.url, 200, (), b"", 1.0)
            journal.store([Finished(hop, 1.0, parsed=Parsed(((b"{}",),), faults=faults), kept=page)])
            assert (journal.page(1).url, journal.kept(1).url) == (hop.url, hop.url)
            assert journal.page(1).faults[0][0] == Fault("list", "x", "a value that is ***", "is ***")
            journal.add_starts([("a", Request(f"http://a/3?{key}"))])
            journal.store([Finished(journal.take("a", 1)[0], failure=Failure("http 500", f"{'x' * 990}{key}"))])
            assert list(journal.failures(9)) == [("http://a/3?***", "http 500", f"{'x' * 990}***")]
        assert b"hush" not in path.read_bytes()
        assert not [path for path in tmp_path.glob("*.db-wal") if b"hush" in path.read_bytes()]


def test_one_page_in_several_spellings_is_one_page(journal):
    journal.add_starts(starts("http://a/p?x=1", "http://a:80/./p?x=1", "HTTP://A./b/%2E%2E/p?x=1"))
    assert journal.accounts() == ({(State.PENDING, None): 1}, {"duplicate": 2})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Request("http://a/P"), Request("http://a/p")),
        (Request("http://a/p"), Request("http://a/p", method="POST")),
        (Request("http://a/p", method="POST", body=b"1"), Request("http://a/p", method="POST", body=b"2")),
        (Request("http://a/p?x="), Request("http://a/p")),
        (Request("http://a/p?x="), Request("http://a/p?x")),
        (Request("http://a/p?x=1&y=2"), Request("http://a/p?y=2&x=1")),
        (Request("http://a/p?x=1&x=2"), Request("http://a/p?x=2&x=1")),
        (Request("http://a/p"), Request("http://a//p")),
        (Request("http://a/#/one"), Request("http://a/#/two")),
        (Request("http://a/p", headers=(("X-Page", "1"),)), Request("http://a/p", headers=(("X-Page", "2"),))),
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
    assert journal.accounts() == ({(State.PENDING, None): 1, (State.FAILED, "http 404"): 1}, {})
    assert list(journal.failures(5)) == [("http://a/1", "http 404", "gone")]
    assert journal.page(1).lines == ()


def test_what_was_in_flight_is_pending_again_after_a_crash(tmp_path):
    path = tmp_path / "journal.db"
    journal = Journal(path)
    journal.add_starts(starts("http://a/1", "http://a/2", "http://a/3"))
    taken = journal.take("a", 2)
    journal.store([Finished(taken[0], parsed=Parsed(((b"{}",),), ((),)))])
    journal.close()
    again = Journal(path)
    assert again.backlog == {"a"}
    assert [request.url for request in again.take("a", 10)] == ["http://a/2", "http://a/3"]
    assert again.planned() == 3
    again.close()


def test_facts_of_the_run_are_kept(journal):
    assert journal.recall("state") is None
    journal.remember(state="crawling")
    journal.remember(state="finished", ended="1")
    assert journal.recall("state") == "finished"


def test_a_journal_that_cannot_be_opened_or_written_says_which_file(tmp_path):
    with pytest.raises(OutputError, match="journal"):
        Journal(tmp_path / "missing" / "journal.db")
    (tmp_path / "broken.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(OutputError, match=r"broken\.db"):
        Journal(tmp_path / "broken.db")
    with Journal(tmp_path / "full.db") as journal:
        with contextlib.closing(sqlite3.connect(journal.path)) as other:
            pages = other.execute("PRAGMA page_count").fetchone()[0]
        journal._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(OutputError, match=r"full\.db.*disk is full"):
            journal.add_starts(starts(*(f"http://a/{n}" for n in range(10_000))))
        assert journal.accounts() == ({}, {}), "nothing of it is written"


# --------------------------------------------------------------------------- links


def fetched(request, *links, **options):
    return Finished(request, 1.0, parsed=Parsed(((b"{}",),), ((),)), children=links, **options)


def link(url, kind="list", record=None, skipped=None, **params):
    made = Link(url, kind, params, None if record is None else 0, record)
    return Child(made, Request(url, kind=kind, params=params, depth=1), "a", skipped)


def take(journal):
    return {request.url: request for request in journal.take("a", 100)}


def edges(journal, parent):
    return [(edge.child, edge.record, edge.is_other) for edge in journal.children(parent, -1, 100)]


def test_links_are_pages_to_fetch_once_and_every_edge_is_kept(journal):
    journal.add_starts(starts("http://a/1", "http://a/2"))
    first, second = take(journal).values()
    journal.store([fetched(first, link("http://a/3"), link("http://b/", skipped="offsite"), link("http://a/2"))])
    journal.store([fetched(second, link("http://a:80/3"), link("http://a/1"))])
    assert list(take(journal)) == ["http://a/3"]
    assert edges(journal, first.id) == [(3, None, False), (2, None, False)]
    assert edges(journal, second.id) == [(3, None, False), (1, None, False)]
    by_state, skipped = journal.accounts()
    assert by_state == {(State.FETCHED, None): 2, (State.PENDING, None): 1}
    assert skipped == {"offsite": 1, "duplicate": 3}
    assert journal.edges == sum(by_state.values()) + sum(skipped.values())


def test_an_edge_that_asks_for_other_params_than_the_page_was_read_with_says_so(journal):
    journal.add_starts(starts("http://a/1", "http://a/2"))
    first, second = take(journal).values()
    journal.store([fetched(second, link("http://a/3", cat="x"))])
    page = take(journal)["http://a/3"]
    journal.store([fetched(page, kept=Page(page.url, 200, (("Content-Type", "text/html"),), b"<p>", 2.0))])
    journal.store([fetched(first, link("http://a/3", cat="y"))])
    (edge,) = journal.children(first.id, -1, 9)
    assert edge.is_other
    journal.ask_again(first.id, edge)
    (again,) = journal.take_again()
    assert (again.id, again.params, again.kind) == (page.id, {"cat": "y"}, "list")
    assert journal.kept(page.id).body == b"<p>"
    journal.store([fetched(again)])
    assert edges(journal, first.id) == [(page.id, None, False)]
    assert edges(journal, second.id) == [(page.id, None, False)]
    assert journal.take_again() == []


def test_a_page_that_was_not_kept_has_to_be_fetched_again(journal):
    journal.add_starts(starts("http://a/1"))
    (page,) = take(journal).values()
    journal.store([fetched(page)])
    assert journal.kept(page.id) is None


# --------------------------------------------------------------------------- redirects


def redirected(request, url):
    from msgspec.structs import replace

    return replace(request, url=url, hops=(request.url,))


def test_a_page_that_others_redirect_to_is_one_page_with_them(journal):
    journal.add_starts(starts("http://a/old"))
    (old,) = take(journal).values()
    journal.store([fetched(redirected(old, "http://a/new"), link("http://a/new"), link("http://a/old"))])
    assert take(journal) == {}
    assert edges(journal, old.id) == [(old.id, None, False)] * 2
    assert journal.gives_way(Request("http://a/new", "list", id=99))
    assert not journal.gives_way(Request("http://a/new", "list", id=99, is_apart=True))
    assert not journal.gives_way(Request("http://a/new", "list", id=old.id))
    assert journal.accounts() == ({(State.FETCHED, None): 1}, {"duplicate": 2})


@pytest.mark.parametrize("is_first", [True, False])
def test_of_a_page_and_a_redirect_to_it_one_is_kept_whichever_came_first(journal, is_first):
    journal.add_starts(starts("http://a/old", "http://a/new"))
    pages = take(journal)
    moved = fetched(redirected(pages["http://a/old"], "http://a/new"))
    plain = fetched(pages["http://a/new"])
    for done in (moved, plain) if is_first else (plain, moved):
        journal.store([done])
    assert journal.accounts() == ({(State.FETCHED, None): 1, (State.FAILED, Reason.REDIRECTED): 1}, {})
    assert edges(journal, 0) == [(2, None, False)] * 2
    assert journal.page(2).lines == ((b"{}",),)
    assert list(journal.failures(9)) == [
        ("http://a/new", Reason.REDIRECTED, "http://a/old redirects to http://a/new, which is a page of its own")
    ]


@pytest.mark.parametrize("is_pending", [True, False])
def test_a_redirect_to_a_page_that_is_there_need_not_be_followed(journal, is_pending):
    journal.add_starts(starts("http://a/old", "http://a/new"))
    pages = take(journal)
    if not is_pending:
        journal.store([fetched(pages["http://a/new"])])
    hop = redirected(pages["http://a/old"], "http://a/new")
    assert journal.gives_way(hop)
    journal.store([Finished(hop, failure=Failure(Reason.REDIRECTED))])
    assert edges(journal, 0) == [(2, None, False)] * 2


def test_links_are_skipped_that_were_redirected_to_a_page_of_another_kind_and_none_is_united_with_it(journal):
    journal.add_starts(starts("http://a/1"))
    (first,) = take(journal).values()
    journal.store([fetched(first, link("http://a/p", kind="detail"))])
    (detail,) = take(journal).values()
    hop = redirected(detail, "http://a/1")
    assert journal.gives_way(hop)
    journal.store([Finished(hop, skipped=Reason.REDIRECTED, detail="went home")])
    assert edges(journal, first.id) == [(detail.id, None, False)]
    page = journal.page(detail.id)
    assert (page.state, page.reason, page.detail, page.lines) == (State.SKIPPED, Reason.REDIRECTED, "went home", ())


def test_of_two_kinds_that_are_redirected_to_one_url_each_reads_it(journal):
    journal.add_starts([*starts("http://a/1"), *starts("http://a/2", kind="detail"), *starts("http://a/3")])
    one, two, three = take(journal).values()
    journal.store([fetched(redirected(one, "http://a/login"))])
    assert not journal.gives_way(redirected(two, "http://a/login"))
    journal.store([fetched(redirected(two, "http://a/login"))])
    assert journal.gives_way(redirected(three, "http://a/login"))
    assert journal.gives_way(Request("http://a/login", "detail", id=99))
    assert journal.accounts()[0] == {(State.FETCHED, None): 2, (State.PENDING, None): 1}


def test_a_url_that_is_planned_after_others_were_redirected_there_is_a_page_of_its_own_kind(journal):
    journal.add_starts(starts("http://a/1", "http://a/2"))
    first, second = take(journal).values()
    journal.store([fetched(redirected(first, "http://a/late"), link("http://a/x", kind="list"))])
    journal.store([fetched(second, link("http://a/late", kind="detail"), link("http://a/late", kind="detail"))])
    (late,) = journal.take_again()
    assert (late.url, late.kind, late.depth) == ("http://a/late", "detail", 1)
    assert journal.page(first.id).reason == Reason.REDIRECTED
    journal.store([fetched(late)])
    by_state, skipped = journal.accounts()
    assert journal.edges == sum(by_state.values()) + sum(skipped.values())
    assert by_state[State.FETCHED, None] == 2


def test_what_a_cookie_or_a_body_led_to_is_read_and_told(journal):
    journal.add_starts(starts("http://a/eur", "http://a/usd"))
    pages = [replace(redirected(page, "http://a/list"), is_apart=True) for page in take(journal).values()]
    for page in pages:
        assert not journal.gives_way(page)
        journal.store([fetched(page)])
    assert journal.accounts() == ({(State.FETCHED, None): 2}, {})
    journal.store([fetched(pages[0], *(link(f"http://a/{n}") for n in range(2)))])
    for page in take(journal).values():
        journal.store([fetched(replace(redirected(page, "http://a/home"), is_apart=True))])
    assert [journal.page(page).marks for page in (1, 2, 4, 5)] == [None, None, None, "redirected"]


# --------------------------------------------------------------------------- second chances


def test_failed_pages_can_be_tried_again_and_pending_ones_be_skipped(journal):
    journal.add_starts(starts("http://a/1", "http://a/2", "http://a/3"))
    pages = take(journal)
    journal.store([Finished(pages["http://a/1"], failure=Failure("timeout")), fetched(pages["http://a/2"])])
    assert journal.retry_failed() == 1
    assert journal.backlog == {"a"}
    journal.skip_pending("closespider_pagecount")
    assert journal.accounts()[0] == {(State.FETCHED, None): 1, (State.SKIPPED, "closespider_pagecount"): 2}
    assert journal.backlog == set()


@pytest.mark.parametrize("is_over", [False, True])
def test_a_page_that_is_planned_after_a_link_led_to_it_is_a_start_page(journal, is_over):
    journal.add_starts(starts("http://a/1"))
    (first,) = journal.take("a", 1)
    late = Request("http://a/2", kind="list", depth=1)
    journal.store([Finished(first, 1.0, parsed=Parsed(()), children=(Child(Link("http://a/2", "list"), late, "a"),))])
    (linked,) = journal.take("a", 1)
    gone = Finished(linked, skipped="http 404")
    if is_over:
        journal.store([gone])
        assert journal.page(linked.id).state == State.SKIPPED
    journal.add_starts(starts("http://a/2"))
    if not is_over:
        journal.store([gone])
    page = journal.page(linked.id)
    assert (page.state, page.reason, page.detail) == (State.FAILED, "http 404", "http://a/2 answered 404")


def test_a_page_of_many_links_is_given_up_if_the_crawl_is_over_and_nothing_of_it_is_stored(journal):
    journal.add_starts(starts("http://a/1", "http://a/2"))
    many, few = journal.take("a", 2)
    children = tuple(child(f"http://a/p/{n}") for n in range(3 * SLICE))
    batch = [Finished(few, 1.0, parsed=Parsed(((b"{}",),), ((),)), children=children[:5])]
    batch.append(Finished(many, 1.0, parsed=Parsed(((b"{}",),), ((),)), children=children))
    asked = []
    with pytest.raises(Abandoned):
        journal.store(batch, lambda: asked.append(1) or len(asked) == 2)
    assert (journal.accounts(), journal.edges) == (({(State.PENDING, None): 2}, {}), 2)
    journal.store(batch[:1], lambda: True)
    assert (journal.accounts()[0][State.FETCHED, None], journal.edges) == (1, 7)
    journal.store(batch[1:])
    assert journal.accounts() == (
        {(State.FETCHED, None): 2, (State.PENDING, None): 3 * SLICE}, {"duplicate": 5},
    )  # fmt: skip
    assert [edge.position for edge in journal.children(many.id, SLICE - 2, 3)] == [SLICE - 1, SLICE, SLICE + 1]


def child(url):
    return Child(Link(url, "list"), Request(url, "list", depth=1), "a")
