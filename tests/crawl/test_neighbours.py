"""Jobs that share hosts, with time as a number, and asked over a socket."""

import signal
import socket

from scraper.crawl.arbiter import Answering, Asking
from scraper.crawl.frontier import Frontier
from scraper.crawl.neighbours import ASK_AGAIN_S, REMEMBERED, Sites
from scraper.job import Settings
from scraper.models import Request

A, B, C = 1, 2, 3


class Beside:
    """One job's view of the sites, at a time that the test sets."""

    def __init__(self, sites, job):
        self.sites, self.job, self.now = sites, job, 0.0

    def claim(self, host, limit, delay_s):
        return self.sites.claim(self.job, host, limit, delay_s, self.now)

    def done(self, host):
        self.sites.done(self.job, host)

    def pause(self, host, until):
        self.sites.pause(host, until, self.now)


def test_two_jobs_have_no_more_in_progress_at_a_host_than_one_may():
    sites = Sites()
    assert sites.claim(A, "a", 2, 0.0, 0.0) is None
    assert sites.claim(B, "a", 2, 0.0, 0.0) is None
    assert sites.claim(A, "a", 2, 0.0, 0.0) == ASK_AGAIN_S
    sites.done(B, "a")
    assert sites.claim(A, "a", 2, 0.0, 0.1) is None
    assert sites.claim(A, "other", 2, 0.0, 0.1) is None


def test_the_lowest_limit_and_the_longest_delay_hold_for_all():
    sites = Sites()
    sites.claim(A, "a", 1, 5.0, 0.0)
    assert sites.claim(B, "a", 9, 0.0, 4.9) == 5.0
    assert sites.claim(B, "a", 9, 0.0, 5.0) == 5.0 + ASK_AGAIN_S
    sites.done(A, "a")
    assert sites.claim(B, "a", 9, 0.0, 5.1) is None
    sites.done(B, "a")
    assert sites.claim(B, "a", 9, 0.0, 6.0) == 10.1


def test_a_job_that_has_waited_goes_first():
    sites = Sites()
    sites.claim(A, "a", 1, 0.0, 0.0)
    assert sites.claim(B, "a", 1, 0.0, 0.1)
    sites.done(A, "a")
    assert sites.claim(A, "a", 1, 0.0, 0.2)
    assert sites.claim(B, "a", 1, 0.0, 0.21) is None
    sites.done(B, "a")
    assert sites.claim(B, "a", 1, 0.0, 0.22)
    assert sites.claim(A, "a", 1, 0.0, 0.25) is None


def test_one_that_wants_no_more_holds_nobody_up():
    sites = Sites()
    sites.claim(A, "a", 1, 0.0, 0.0)
    assert sites.claim(B, "a", 1, 0.0, 0.1)
    sites.done(A, "a")
    assert sites.claim(A, "a", 1, 0.0, 0.2)
    assert sites.claim(A, "a", 1, 0.0, 2.0) is None


def test_what_a_host_asked_one_job_to_wait_it_has_asked_all():
    sites = Sites()
    sites.pause("a", 30.0, 0.0)
    assert sites.claim(B, "a", 8, 0.0, 1.0) == 30.0
    assert sites.claim(B, "a", 8, 0.0, 30.0) is None


def test_a_job_that_has_gone_gives_back_its_places_and_leaves_its_delay():
    sites = Sites()
    sites.claim(A, "a", 1, 3.0, 0.0)
    sites.leave(A)
    assert sites.claim(B, "a", 1, 0.0, 1.0) == 3.0
    assert sites.claim(B, "a", 1, 0.0, 3.0) is None


def test_hosts_that_nobody_waits_for_are_forgotten():
    sites = Sites()
    for number in range(3 * REMEMBERED):
        sites.claim(A, f"h{number}", 1, 1.0, float(number))
        sites.done(A, f"h{number}")
    assert len(sites._sites) <= REMEMBERED


def test_frontiers_side_by_side_keep_one_delay():
    sites = Sites()
    views = [Beside(sites, job) for job in (A, B)]
    fronts = [Frontier(Settings(download_delay=2.0), random=lambda: 0.5, neighbours=view) for view in views]
    for front in fronts:
        for number in range(3):
            front.push("a", Request(f"http://a/{number}"))
    times, now = [], 0.0
    while not all(front.is_empty for front in fronts):
        for front, view in zip(fronts, views, strict=True):
            view.now = now
            while front.pop(now):
                times.append(now)
                front.done("a", now)
        now += 0.25
    assert times == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]


def test_a_refused_request_is_told_when_to_ask_again():
    sites = Sites()
    sites.claim(B, "a", 1, 7.0, 0.0)
    front = Frontier(Settings(), random=lambda: 0.5, neighbours=Beside(sites, A))
    front.push("a", Request("http://a/"))
    front.push_alone("a", Request("http://a/alone"))
    assert (front.pop(0.0), front.pop_alone(0.0), len(front), front.active) == (None, None, 2, 0)
    assert min(front.next_times(0.0)) == 7.0


def test_jobs_ask_over_a_socket():
    sites, clock = Sites(), lambda: 1.0
    ends = [socket.socketpair() for _ in (A, B)]
    asking = [Asking(theirs, clock) for _, theirs in ends]
    answering = [Answering(job, ours, sites) for job, (ours, _) in zip((A, B), ends, strict=True)]
    for number in (0, 1):
        asking[number]._send("claim", "a", 1, 2.0)
        data = ends[number][0].recv(4096)
        news = [*answering[number].take(data[:9], 1.0), *answering[number].take(data[9:], 1.0)]
        assert news == []
    assert [one._answers.readline() for one in asking] == [b"null\n", b"3.0\n"]
    asking[0].done("a")
    asking[0].pause("a", 9.0)
    asking[0].tell({"job": "a", "exit": 0})
    assert list(answering[0].take(ends[0][0].recv(4096), 2.0)) == [{"job": "a", "exit": 0}]
    assert sites.claim(B, "a", 1, 2.0, 3.0) == 9.0
    for ours, theirs in ends:
        ours.close()
        theirs.close()


def test_a_job_that_nobody_answers_is_terminated():
    ours, theirs = socket.socketpair()
    asking, heard = Asking(theirs, lambda: 1.0), []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append("stop"))
    try:
        ours.close()
        assert asking.claim("a", 1, 0.0) == 1.0 + ASK_AGAIN_S
        assert heard == ["stop"]
    finally:
        signal.signal(signal.SIGTERM, before)
        theirs.close()
