"""The scheduler, with time as a number."""

from scraper.crawl.frontier import Frontier
from scraper.job import Settings
from scraper.models import Request


def frontier(**settings):
    return Frontier(Settings(**settings), random=lambda: 0.5)


def fill(front, domain, count):
    for number in range(count):
        front.push(domain, Request(f"http://{domain}/{number}"))


def started(front, now):
    urls = []
    while entry := front.pop(now):
        urls.append(entry[1].url)
    return urls


def test_requests_of_a_domain_go_in_their_order():
    front = frontier()
    fill(front, "a", 3)
    assert started(front, 0.0) == ["http://a/0", "http://a/1", "http://a/2"]
    assert front.pop(0.0) is None


def test_never_more_are_in_progress_at_a_domain_than_allowed():
    front = frontier(concurrent_requests_per_domain=2)
    fill(front, "a", 5)
    assert len(started(front, 0.0)) == 2
    front.done("a", 1.0)
    assert len(started(front, 1.0)) == 1


def test_no_two_starts_at_a_domain_are_closer_than_its_delay():
    front = frontier(download_delay=2.0)
    fill(front, "a", 3)
    times, now = [], 0.0
    while not front.is_empty:
        while front.pop(now):
            times.append(now)
            front.done("a", now)
        now += 0.25
    assert times == [0.0, 2.0, 4.0]


def test_a_delayed_domain_holds_up_no_other():
    front = frontier(download_delay=10.0)
    fill(front, "slow", 5)
    fill(front, "fast", 1)
    assert started(front, 0.0) == ["http://slow/0", "http://fast/0"]


def test_domains_take_turns():
    front = frontier(concurrent_requests_per_domain=2)
    fill(front, "a", 4)
    fill(front, "b", 4)
    assert started(front, 0.0) == ["http://a/0", "http://b/0", "http://a/1", "http://b/1"]


def test_a_randomized_delay_is_between_half_and_one_and_a_half():
    for chance, expected in ((0.0, 1.0), (1.0, 3.0)):
        front = Frontier(Settings(download_delay=2.0, randomize_download_delay=True), random=lambda c=chance: c)
        fill(front, "a", 2)
        front.pop(0.0)
        assert min(front.next_times(0.0)) == expected


def test_a_retry_waits_for_its_time_and_then_goes_before_the_others():
    front = frontier(concurrent_requests_per_domain=1)
    fill(front, "a", 2)
    front.pop(0.0)
    front.done("a", 0.0)
    front.push_later("a", Request("http://a/again"), 5.0)
    assert not front.is_empty
    assert front.pop(4.0)[1].url == "http://a/1"
    front.done("a", 4.0)
    assert front.pop(4.9) is None
    assert min(front.next_times(0.0)) == 5.0
    assert front.pop(5.0)[1].url == "http://a/again"


def test_a_paused_domain_starts_nothing_before_its_time_and_equal_pauses_count_once():
    front = frontier()
    fill(front, "a", 3)
    front.pop(0.0)
    for _ in range(8):
        front.pause("a", 30.0)
    assert front.pop(29.9) is None
    front.done("a", 1.0)
    assert front.pop(29.9) is None
    assert front.pop(30.0) is not None


def test_a_pause_outlives_an_empty_domain():
    front = frontier()
    fill(front, "a", 1)
    front.pop(0.0)
    front.pause("a", 30.0)
    front.done("a", 1.0)
    fill(front, "a", 1)
    assert front.pop(2.0) is None


def test_a_suspect_goes_alone_and_obeys_its_domains_limits():
    front = frontier(download_delay=2.0)
    fill(front, "a", 1)
    front.pop(0.0)
    front.done("a", 0.5)
    front.push_alone("a", Request("http://a/suspect"))
    assert front.pop(9.0) is None
    assert front.pop_alone(1.0) is None
    assert min(front.next_times(0.0)) == 2.0
    assert front.pop_alone(2.0)[1].url == "http://a/suspect"
    assert not front.has_suspects


def test_an_ended_crawl_holds_nothing():
    front = frontier()
    fill(front, "a", 2)
    assert not front.is_empty
    for _ in started(front, 0.0):
        front.done("a", 0.0)
    assert front.is_empty
    assert front.next_times(0.0) == []


def test_the_longest_crawl_delay_that_a_host_asks_for_counts():
    front = frontier()
    for delay_s in (3.0, 1.0):
        front.slow_down("a", delay_s)
    fill(front, "a", 2)
    front.pop(0.0)
    assert min(front.next_times(0.0)) == 3.0


def test_hosts_without_anything_to_do_are_forgotten_when_their_delay_is_over():
    front = frontier(download_delay=5.0)
    for n in range(100):
        fill(front, f"host{n}", 1)
        front.pop(float(n))
        front.done(f"host{n}", float(n))
    assert len(front._slots) <= 6
    fill(front, "host99", 1)
    assert front.pop(100.0) is None, "its delay is not over"
    assert front.pop(104.0) is not None


def test_a_host_that_was_paused_is_remembered_as_long():
    front = frontier(download_delay=1.0)
    fill(front, "a", 1)
    front.pop(0.0)
    front.done("a", 0.0)
    front.pause("a", 50.0)
    fill(front, "b", 1)
    front.pop(10.0)
    front.done("b", 10.0)
    fill(front, "a", 1)
    assert front.pop(49.0) is None
    assert front.pop(50.0) is not None
