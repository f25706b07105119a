"""Soak: hours of mixed faults, killed workers, killed runs and resumes, and the accounts of every run checked.

`python -m tests.system.soak --seconds 1800 --seed 7` (or `make soak`) prints what it does, a table at the end, and
exits 1 if anything was wrong. The world of a round is made by its seed: which page fails how, what is killed when.

    rounds       a crawl over loopback hosts, disturbed by signals until it ends, then held against the server's log
    long runs    one crawl each, undisturbed: memory, descriptors, threads and processes must not grow
"""

import argparse
import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.conftest import ROOT, children
from tests.support.faultserver import FAULTS, FaultServer, closed_port

HOSTS = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4")
WAYS = [
    (fetcher, engine, parse_in)
    for engine in ("processes", "threads")
    for fetcher in ("requests", "curl")
    for parse_in in ("parent", "worker")
]
PASSING = [
    "/reset",
    "/reset-in-body",
    "/close-before-head",
    "/close-in-head",
    "/close-in-body",
    "/gzip-cut",
    "/gzip-second-cut",
    "/deflate-cut",
    "/chunked-cut",
    "/chunked-cut-in-chunk",
    "/status?code=500",
    "/status?code=504",
    "/retry-after?value=1&status=503",
    "/retry-after?value=0&status=429",
    "/retry-after?value=soon&status=503",
    "/json-error",
]
"""Faults that another try gets over."""
SLOW = ["/hang", "/hang-after-head", "/drip?close=1", "/drip-head"]
"""The same, after `download_timeout`."""
LASTING = {
    "/bomb": "too large",
    "/bomb?in=deflate&status=500": "too large",
    "/endless": "too large",
    "/endless-chunked": "too large",
    "/bad-status": "bad response",
    "/many-headers": "bad response",
    "/brotli": "bad response",
    "/http09": "bad response",
    "/chunked-negative": "bad response",
    "/transfer-encoding?is=none": "bad response",
    "/gzip-wrong-crc": "bad response",
    "/loop": "too many redirects",
    "/redirect?to=ftp://127.0.0.1/": "bad redirect",
    "/redirect?to=http://example.com/": "offsite redirect",
    "/redirect?to=http://169.254.169.254/": "offsite redirect",
    "/empty": "empty",
    "/status?code=403": "http 403",
}
"""Faults that stay → how their page ends."""
CONFIG = """
name: soak
pages:
  list:
    start_urls: {urls}
    records: {{each: dd, fields: {{t: {{}}}}}}
    follow: [{{css: a, page: film}}]
  film: {{records: {{each: dd, fields: {{t: {{}}}}}}}}
expect: {{max_error_rate: 1, blocked_if: [请求过于频繁]}}
settings:
  fetcher: {fetcher}
  parse_in: {parse_in}
  pool: {{engine: {engine}, processes: 2}}
  concurrent_requests: 12
  concurrent_requests_per_domain: 4
  download_timeout: {timeout_s}
  download_maxsize: 300000
  retry_times: 2
  drain_timeout: 1
  contact: soak@example.com
{more}
"""
ENDED_BY_SIGNAL = {-signal.SIGKILL, 130, 143, -signal.SIGINT, -signal.SIGTERM}
"""The last two where a signal comes before the program listens."""
WARM_REQUESTS = 40
"""From then on a long run has all that it needs."""
END_S = 240.0
"""No run takes that long."""


# --------------------------------------------------------------------------- the world


@dataclass
class Page:
    """One URL of a world: what its first requests get, and how it ends."""

    id: int
    host: int
    fault: str = ""
    times: float = 0
    ends_as: str = "fetched"
    links: list["Page"] = field(default_factory=list)
    is_film: bool = False

    @property
    def path(self):
        return f"{'/denied' if self.ends_as == 'robots' else '/soak'}?id={self.id}"

    @property
    def titles(self):
        return [f"{self.id}.{k}" for k in range(1 + self.id % 3)]


class World:
    """The pages of a round, made by chance, and what the server did with each."""

    def __init__(self, chance, lists=3):
        self.chance = chance
        self.pages = {}
        self.asked, self.well = Counter(), Counter()
        """How often each page was asked for, and answered well to the last byte."""
        self.most_cookies = 0
        """The length of the longest Cookie header."""
        self.lock = threading.Lock()
        self.starts = [self._add(host, self._links(host)) for host in (0, 1, 2) for _ in range(lists)]
        self.starts += [self._add(3, ends_as="robots unreachable") for _ in range(2)]
        chance.shuffle(self.starts)

    def _links(self, host):
        films = [self._add(host, is_film=True) for _ in range(4)]
        if host == 1:
            films.append(self._add(host, ends_as="robots", is_film=True))
        return films

    def _add(self, host, links=(), ends_as="fetched", is_film=False):
        page = Page(len(self.pages), host, ends_as=ends_as, links=list(links), is_film=is_film)
        self.pages[page.id] = page
        kind = self.chance.random()
        if ends_as != "fetched":
            pass
        elif kind < 0.35:
            page.fault, page.times = self.chance.choice(PASSING), self.chance.choice((1, 1, 2))
        elif kind < 0.39:
            page.fault, page.times = self.chance.choice(SLOW), 1
        elif kind < 0.60 and is_film:
            page.fault, page.times = self.chance.choice(list(LASTING)), float("inf")
            page.ends_as = LASTING[page.fault]
        elif kind < 0.66 and is_film:
            page.fault, page.times, page.ends_as = "/status?code=404", float("inf"), "http 404"
        elif kind < 0.75:
            page.fault = "moved"
        return page

    def answer(self, talk):
        """Be one page: fail as often as it must, then answer well."""
        page = self.pages[int(talk.values["id"])]
        with self.lock:
            number = self.asked[page.id]
            self.asked[page.id] += 1
            self.most_cookies = max(self.most_cookies, len(talk.headers.get("cookie", "")))
        if page.fault == "moved" and "to" not in talk.values:
            talk.answer(b"", "302 Found", f"Location: {page.path}&to=1")
        elif page.fault != "moved" and number < page.times:
            break_down(talk, page.fault)
        else:
            answer_well(talk, page.titles, [link.path for link in page.links])
            with self.lock:
                self.well[page.id] += 1

    def robots(self, talk):
        """Deny a part, be in trouble once, or for ever: host by host."""
        host = talk.headers["host"].partition(":")[0]
        number = HOSTS.index(host)
        with self.lock:
            times = self.asked[host]
            self.asked[host] += 1
        if number == 3:
            talk.answer(b"", "500 Oops")
        elif number == 2 and times == 0:
            talk.answer(b"", "503 Wait")
        elif number == 1:
            talk.answer(b"User-agent: *\nDisallow: /denied\n", "200 OK", "Content-Type: text/plain")
        else:
            talk.answer(b"", "404 Not Found")

    def reached(self):
        """Yield the pages in plan order that a run must come to."""
        for start in self.starts:
            yield start
            if start.ends_as == "fetched":
                yield from start.links

    def ends(self):
        """Return how many pages end how."""
        return Counter(page.ends_as for page in self.reached())

    def titles(self):
        """Return the records in plan order."""
        return [title for page in self.reached() if page.ends_as == "fetched" for title in page.titles]


class Endless:
    """A world without end for a long run: page n fails as its number says."""

    def __init__(self, seed):
        self.seed, self.well, self.lock = seed, Counter(), threading.Lock()
        self.tried = set()

    def answer(self, talk):
        number = int(talk.values["id"])
        chance = random.Random(f"{self.seed} {number}")
        kind = chance.random()
        with self.lock:
            is_first = number not in self.tried
            self.tried.add(number)
        if kind < 0.04:
            break_down(talk, chance.choice(list(LASTING)))
        elif kind < 0.08 and is_first:
            break_down(talk, chance.choice(PASSING[:6]))
        else:
            answer_well(talk, [f"{number}.0"], [])
            with self.lock:
                self.well[number] += 1

    def robots(self, talk):
        talk.answer(b"", "404 Not Found")


def break_down(talk, fault):
    """Do what another path of the fault server does."""
    parts = urlsplit(fault)
    talk.values = dict(parse_qsl(parts.query))
    FAULTS[parts.path](talk)


def answer_well(talk, titles, links):
    items = "".join(f"<dd>{title}</dd>" for title in titles)
    anchors = "".join(f'<a href="{link}">x</a>' for link in links)
    cookies = [f"Set-Cookie: c{title}={'x' * 500}; Path=/" for title in titles]  # more than servers take in a line
    page = f"<html><body><dl>{items}</dl>{anchors}<p>{'filler ' * 500}</p></body></html>"
    talk.answer(page.encode(), "200 OK", "Content-Type: text/html; charset=utf-8", *cookies)


@contextlib.contextmanager
def served(world):
    """Serve a world on all hosts; give the server."""
    before = dict(FAULTS)
    FAULTS.update({"/soak": world.answer, "/denied": world.answer, "/robots.txt": world.robots})
    try:
        with FaultServer(HOSTS) as server:
            yield server
    finally:
        FAULTS.clear()
        FAULTS.update(before)


# --------------------------------------------------------------------------- processes


def start(folder, *arguments):
    """Start a run in a folder whose temporary files lie there too."""
    (folder / "tmp").mkdir(exist_ok=True)
    env = {"PATH": "/usr/bin:/bin", "LANG": "C", "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp")}
    with (folder / "stderr").open("ab") as stderr:
        command = [sys.executable, "-m", "scraper", "soak.yaml", *arguments]
        return subprocess.Popen(command, cwd=folder, env=env, stderr=stderr, stdin=subprocess.DEVNULL)


def kill(pid, number=signal.SIGKILL):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def descendants(pid):
    """Return the processes below one: those that it started first, then what these started."""
    first = children(pid)
    return first + [below for child in first for below in children(child)]


def born(pid):
    """Return when a process was started, which tells it from a later one of the same number; None if it is gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if words[0] == "Z" else words[19]


def still_alive(seen, seconds):
    """Return those of {process: when it was born} that still run after so many seconds."""
    end = time.monotonic() + seconds
    while left := [pid for pid, when in seen.items() if when and born(pid) == when]:
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    return left


# --------------------------------------------------------------------------- rounds


@dataclass
class Outcome:
    """What a round or a long run did, and what was wrong with it."""

    name: str
    way: tuple[str, str, str]
    seconds: float = 0.0
    pages: int = 0
    requests: int = 0
    kills: Counter = field(default_factory=Counter)
    """What was done to the runs: signals to workers and to runs, resumes."""
    growth: str = ""
    wrong: list[str] = field(default_factory=list)

    def check(self, is_right, what):
        if not is_right:
            self.wrong.append(what)

    def line(self):
        told = " ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        state = "WRONG" if self.wrong else "ok"
        way = " ".join(self.way)
        head = (
            f"{self.name:<9} {way:<26} {self.seconds:6.1f} s {self.pages:6} pages {self.requests:7} requests  {state}"
        )
        return "  ".join(filter(None, (head, told, self.growth)))


def play_round(name, folder, chance, way, lists=3, most_kills=5):
    """Crawl a world under fire, and return what came of it."""
    outcome, began, world = Outcome(name, way), time.monotonic(), World(chance, lists)
    with served(world) as server:
        urls = [server.url(page.path, page.host) for page in world.starts]
        closed = [f"http://127.0.0.1:{closed_port()}/"]
        write_config(folder, urls + closed, way)
        is_gentle = chance.random() < 0.25
        disturb(folder, chance, outcome, most=0 if is_gentle else most_kills)
        second_chances(folder, outcome)
        check_accounts(folder, world, outcome)
        check_server(world, server, outcome, is_gentle=is_gentle and not outcome.kills)
        check_left_behind(folder, outcome)
        outcome.requests = len(server.log)
    outcome.seconds = time.monotonic() - began
    return outcome


def write_config(folder, urls, way, timeout_s=3, more=""):
    fetcher, engine, parse_in = way
    text = CONFIG.format(
        urls=json.dumps(urls), fetcher=fetcher, engine=engine, parse_in=parse_in, timeout_s=timeout_s, more=more
    )
    (folder / "soak.yaml").write_text(text, encoding="utf-8")


def disturb(folder, chance, outcome, most):
    """Run until a run ends by itself: workers and their server are killed, and up to so many runs."""
    seen, left = {}, most
    while True:
        run = start(folder, "--resume")
        dies_at = time.monotonic() + (chance.uniform(0.3, 4.0) if left else END_S)
        number = chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
        while run.poll() is None and time.monotonic() < dies_at:
            time.sleep(0.05)
            below = descendants(run.pid)
            seen |= {pid: born(pid) for pid in below}
            if most and below and chance.random() < 0.06:
                kill(chance.choice(below))
                outcome.kills["worker"] += 1
        if run.poll() is None:
            kill(run.pid, number if left else signal.SIGKILL)
            outcome.check(left, f"a run took more than {END_S:g} s")
            outcome.kills[number.name.lower()] += 1
            left -= 1
        code = run.wait(30)
        left_over = still_alive(seen, 5.0)
        outcome.check(not left_over, f"processes outlive their run: {left_over}")
        if code == 1 and outcome.kills["damage"] and "the journal is damaged" in tail(folder):
            continue  # told; the next run sets it aside
        if code in ENDED_BY_SIGNAL and left >= 0 and chance.random() < 0.25:
            outcome.kills["damage"] += damage(folder, chance)
        if code not in ENDED_BY_SIGNAL:
            outcome.check(code == 3, f"exit {code}, expected 3: {tail(folder)}")
            return
        if left < 0:
            return


def damage(folder, chance):
    """Change a byte of the journal, or of its log; return how many were changed."""
    files = [path for path in (folder / "output/.scraper/soak").glob("journal.db*") if path.suffix != ".db-shm"]
    files = [path for path in files if path.stat().st_size]
    if not files:
        return 0
    path = chance.choice(files)
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= chance.randrange(1, 256)
    path.write_bytes(data)
    return 1


def tail(folder):
    return (folder / "stderr").read_text(encoding="utf-8", errors="replace")[-600:]


def last_report(folder):
    try:
        return json.loads((folder / "output/.scraper/soak/last-run.json").read_bytes())
    except OSError:
        return None


def second_chances(folder, outcome):
    """Resume once more where pages were lost to kills, or to a machine too busy for their deadline."""
    for _ in range(2):
        report = last_report(folder)
        if not report or not {"worker lost", "timeout", "connection failed"} & set(report["accounts"]["failed"]):
            return
        lost, kills = report["accounts"]["failed"].get("worker lost", 0), outcome.kills["worker"]
        outcome.check(3 * lost <= kills, f"{lost} pages lost their worker three times alone, by {kills} kills")
        outcome.kills["again"] += 1
        run = start(folder, "--resume")
        outcome.check(run.wait(END_S) == 3, f"exit {run.returncode} after --resume: {tail(folder)}")


def check_accounts(folder, world, outcome):
    """Hold the report and the output against what the world is."""
    report = last_report(folder)
    if report is None:
        outcome.check(False, f"no report: {tail(folder)}")
        return
    accounts = report["accounts"]
    failed, skipped = accounts["failed"], accounts["skipped"]
    total = accounts["fetched"] + sum(failed.values()) + sum(skipped.values()) + accounts["unfinished"]
    outcome.check(accounts["planned"] == total, f"the columns do not add up: {accounts}")
    expected = world.ends() + Counter({"robots unreachable": 1})  # the closed port
    ended = Counter({"fetched": accounts["fetched"]}) + Counter(failed) + Counter(skipped)
    outcome.pages = accounts["planned"]
    outcome.check(ended == expected, f"ended as {ended - expected}, expected {expected - ended}")
    outcome.check(set(skipped) <= {"http 404", "robots"}, f"skipped {skipped}")
    told = titles_in(folder)
    lost, doubled = Counter(world.titles()) - Counter(told), Counter(told) - Counter(world.titles())
    outcome.check(not lost, f"records lost: {lost}")
    outcome.check(not doubled, f"records doubled or of nowhere: {doubled}")
    outcome.check(told == world.titles(), "the records are not in plan order")
    said = (folder / "stderr").read_text(encoding="utf-8", errors="replace")
    outcome.check("Traceback" not in said or "KeyboardInterrupt" in said, f"a traceback: {tail(folder)}")


def titles_in(folder):
    """Return the records that were published, none if none were: that has been told."""
    try:
        lines = (folder / "output/soak.jsonl").read_bytes().splitlines()
    except OSError:
        return []
    return [json.loads(line)["t"] for line in lines]


def check_server(world, server, outcome, *, is_gentle):
    """Hold the server's log against the plan: all of it was asked for, and nothing else."""
    for page in world.reached():
        asked, well = world.asked[page.id], world.well[page.id]
        never = page.ends_as in ("robots", "robots unreachable")
        outcome.check(bool(asked) != never, f"{page.path} ({page.ends_as}) was asked for {asked} times")
        outcome.check(bool(well) == (page.ends_as == "fetched"), f"{page.path} was answered well {well} times")
        if is_gentle:
            outcome.check(well <= 1, f"{page.path} was answered well {well} times though nothing was disturbed")
    outcome.check(world.most_cookies <= 8182, f"{world.most_cookies} bytes of cookies in a line")
    known = {page.path for page in world.reached()} | {"/robots.txt", "/loop"}
    strange = {target for _, target in server.asked() if target.removesuffix("&to=1") not in known}
    outcome.check(not strange, f"asked for what nobody planned: {sorted(strange)}")


def check_left_behind(folder, outcome):
    """Nothing of a run that has ended may lie about but its output and its state."""
    parts = [path for pattern in ("*.part*", "*.lock", "*-wal") for path in folder.rglob(pattern)]
    outcome.check(not parts, f"left behind: {[str(path.relative_to(folder)) for path in parts]}")
    killed = outcome.kills.total() - outcome.kills["again"] - outcome.kills["damage"]
    sockets = list((folder / "tmp").iterdir())  # of multiprocessing; one that is killed cannot delete its own
    outcome.check(len(sockets) <= killed, f"{len(sockets)} temporary files for {killed} kills: {sockets}")
    aside = list((folder / "output/.scraper/soak").glob("set-aside/*"))
    outcome.check(len(aside) <= outcome.kills["damage"], f"a run was not resumed: {aside}")


# --------------------------------------------------------------------------- long runs


@dataclass
class Sample:
    """What the processes of a run hold at one moment."""

    parent_mb: float
    workers_mb: float
    descriptors: int
    threads: int
    processes: int


def sample(pid):
    """Return what a run holds now; None while its processes come and go."""
    try:
        below = descendants(pid)
        sizes = [rss_mb(one) for one in (pid, *below)]
        descriptors = sum(len(list(Path(f"/proc/{one}/fd").iterdir())) for one in (pid, *below))
        threads = sum(len(list(Path(f"/proc/{one}/task").iterdir())) for one in (pid, *below))
    except OSError:
        return None
    return Sample(sizes[0], sum(sizes[1:]), descriptors, threads, 1 + len(below))


def rss_mb(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def play_long(name, folder, seed, way, seconds):
    """Crawl for so long without being disturbed; return whether anything has grown."""
    outcome, began, world = Outcome(name, way), time.monotonic(), Endless(seed)
    with served(world) as server:
        urls = [f"{server.url('/soak', host)}?id={{n}}" for host in (0, 1, 2)]
        more = f"  closespider_timeout: {seconds}\n"
        write_config(folder, urls, way, timeout_s=20, more=more)
        text = (folder / "soak.yaml").read_text()
        thirds = "params: {n: {first: 0, last: 99999999}}"
        (folder / "soak.yaml").write_text(text.replace("    records:", f"    {thirds}\n    records:", 1))
        run, samples = start(folder), []
        while run.poll() is None:
            time.sleep(min(0.25, seconds / 40))
            one = sample(run.pid)
            if one and one.workers_mb and len(server.log) > WARM_REQUESTS:  # it is neither starting nor ending
                samples.append(one)
        outcome.check(run.returncode == 3, f"exit {run.returncode}: {tail(folder)}")
        outcome.requests = len(server.log)
    check_growth(samples, outcome)
    check_long(folder, world, outcome)
    check_left_behind(folder, outcome)
    outcome.seconds = time.monotonic() - began
    return outcome


def check_growth(samples, outcome):
    """Hold the last quarter of a run against its second one."""
    quarter = len(samples) // 4
    if quarter < 3:
        outcome.check(False, f"only {len(samples)} samples")
        return
    early, late = samples[quarter : 2 * quarter], samples[3 * quarter :]
    grown = {
        name: statistics.median(getattr(one, name) for one in late)
        - statistics.median(getattr(one, name) for one in early)
        for name in ("parent_mb", "workers_mb", "descriptors", "threads", "processes")
    }
    allowed = {"parent_mb": 12, "workers_mb": 16, "descriptors": 8, "threads": 0, "processes": 0}
    outcome.growth = " ".join(f"{name} {value:+.0f}" for name, value in grown.items())
    outcome.growth += f" (at the end {late[-1].parent_mb:.0f} + {late[-1].workers_mb:.0f} MB)"
    for name, most in allowed.items():
        outcome.check(grown[name] <= most, f"{name} grew by {grown[name]:.1f}, at most {most} is allowed")


def check_long(folder, world, outcome):
    """Each record once, and each of a page that the server answered well; but for what the end cut off."""
    accounts = (last_report(folder) or {"accounts": {}})["accounts"]
    parts = [sum(accounts[name].values()) for name in ("failed", "skipped")] + [
        accounts["fetched"],
        accounts["unfinished"],
    ]
    outcome.check(accounts["planned"] == sum(parts), f"the columns do not add up: {accounts}")
    outcome.pages = accounts["fetched"]
    told = Counter(int(title.partition(".")[0]) for title in titles_in(folder))
    outcome.check(not told - world.well, f"records that the server did not give: {len(told - world.well)}")
    lost = world.well - told
    outcome.check(sum(lost.values()) <= 12, f"answered well and not published: {len(lost)}, such as {list(lost)[:5]}")


# --------------------------------------------------------------------------- all of it


def soak(seconds, seed, tell=print, long_share=0.35, **round_options):
    """Play rounds and long runs for so long, at least one of each; return their outcomes."""
    outcomes, end = [], time.monotonic() + seconds
    ways = random.Random(seed).sample(WAYS, len(WAYS))
    longs = max(1, min(4, int(seconds * long_share / 60)))
    tell(f"soak: {seconds:g} s, seed {seed}")
    with tempfile.TemporaryDirectory(prefix="soak-") as home:
        for number in range(longs):
            folder = Path(home, f"long{number}")
            folder.mkdir()
            way = ways[number * 3 % len(ways)]
            outcomes.append(play_long(f"long {number}", folder, seed, way, max(5.0, seconds * long_share / longs)))
            tell(outcomes[-1].line())
        number = 0
        while number == 0 or time.monotonic() < end:
            folder = Path(home, f"round{number}")
            folder.mkdir()
            chance = random.Random(f"{seed} {number}")
            way = ways[(number + 1) % len(ways)]
            outcomes.append(play_round(f"round {number}", folder, chance, way, **round_options))
            tell(outcomes[-1].line())
            number += 1
    return outcomes


def summary(outcomes, seed):
    """Return the final table."""
    by_way = {}
    for outcome in outcomes:
        by_way.setdefault(outcome.way, []).append(outcome)
    yield f"{'fetcher engine parse_in':<28} {'runs':>5} {'pages':>8} {'requests':>9} {'wrong':>6}  what was done"
    for way, some in sorted(by_way.items()):
        done = sum((outcome.kills for outcome in some), Counter())
        told = " ".join(f"{name} {count}" for name, count in sorted(done.items()))
        pages, requests = sum(one.pages for one in some), sum(one.requests for one in some)
        wrong = sum(bool(one.wrong) for one in some)
        yield f"{' '.join(way):<28} {len(some):>5} {pages:>8} {requests:>9} {wrong:>6}  {told}"
    for outcome in outcomes:
        yield from (f"WRONG {outcome.name} ({' '.join(outcome.way)}, seed {seed}): {what}" for what in outcome.wrong)


def main():
    parser = argparse.ArgumentParser(description="Runs under fire, and their accounts checked.")
    parser.add_argument("--seconds", type=float, default=1800.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    outcomes = soak(options.seconds, options.seed, tell=lambda line: print(line, flush=True))
    print("\n".join(summary(outcomes, options.seed)))
    sys.exit(any(outcome.wrong for outcome in outcomes))


if __name__ == "__main__":
    main()
