"""More than one machine: runs on a Dask cluster of separate programs, and what becomes of them when it breaks."""

import collections
import json
import os
import signal
import subprocess
import sys
import time

import distributed
import pytest
import trustme

from scraper.config.load import load_config
from scraper.errors import ConfigError, PoolError
from scraper.pool import dask_cluster as pool_cluster
from scraper.pool.pool import open_pool
from tests.conftest import ROOT, board
from tests.crawl.test_engine import keep_their_distance
from tests.pool.test_pool import Answers, wait_until
from tests.support import big_site, dask_cluster
from tests.support import pool_tasks as tasks
from tests.system.test_crash import end, start

BOARDS = """
start_urls: ["{url}/board?offset={{offset}}"]
params: {{offset: {{first: 0, last: {last}}}}}
records: {{each: dd, fields: {{title: a, score: {{css: p.score, type: float}}}}}}
settings:
  concurrent_requests: 4
  concurrent_requests_per_domain: 4
  robotstxt_obey: false
  contact: t@example.com
  {more}
"""


@pytest.fixture
def cluster():
    cluster = dask_cluster.shared()
    cluster.wait_for(2)
    return cluster


@pytest.fixture
def own_cluster(tmp_path_factory):
    """A function that starts a cluster for one test, which may break it."""
    started = []

    def start(*arguments, **options):
        started.append(dask_cluster.Cluster(tmp_path_factory.mktemp("cluster"), *arguments, **options))
        return started[-1]

    yield start
    for each in started:
        each.close()


def on(cluster):
    return "-s", "pool.engine=dask", "-s", f"pool.address={cluster.address}"


def boards(site, last=39, more="download_delay: 0", seconds=0.0):
    """Fill a site with boards that take so long, and return the config that reads them."""
    for n in range(last + 1):
        page = board((f"film{n}", "9.1"), (f"movie{n}", None))
        site.pages[f"/board?offset={n}"] = lambda _, page=page: (time.sleep(seconds), page)[1]
    return BOARDS.format(url=site.url, last=last, more=more)


def report(folder, name="board"):
    return json.loads((folder / f"output/.scraper/{name}/last-run.json").read_text())


# --------------------------------------------------------------------------- the same as on one machine


def test_a_site_of_500_pages_gives_the_same_bytes_as_processes_and_each_page_is_asked_once(
    scraper, config, folder, site, cluster
):
    path = config(big_site.config(big_site.fill(site)))
    assert scraper(path).returncode == 0
    expected = (folder / "output/board.jsonl").read_bytes()
    site.log.clear()
    done = scraper(path, *on(cluster))
    assert done.returncode == 0, done.stderr
    assert (folder / "output/board.jsonl").read_bytes() == expected
    once, walled = big_site.allowed()
    asked = collections.Counter(site.asked())
    assert {path: asked[path] for path in once} == dict.fromkeys(once, 1)
    assert once | {f"/members/{n}" for n in range(1, 21)} <= set(asked) <= once | walled
    assert max(asked[path] for path in walled) <= 2
    assert site.busiest <= 6
    accounts = report(folder)["accounts"]
    assert (accounts["fetched"], accounts["failed"], accounts["unfinished"]) == (480, {}, 0)


def test_starts_at_a_domain_keep_their_distance_on_many_machines(scraper, config, folder, site, cluster):
    text = boards(site, last=19, more="download_delay: 0.1").replace("robotstxt_obey: false", "robotstxt_obey: true")
    done = scraper(config(text), *on(cluster))
    assert done.returncode == 0, done.stderr
    assert len(site.log) == 21
    keep_their_distance(site, 0.1)


def test_the_other_fetcher_and_the_other_place_to_parse_give_the_same(scraper, config, folder, site, cluster):
    path = config(boards(site, last=9))
    assert scraper(path).returncode == 0
    expected = (folder / "output/board.jsonl").read_bytes()
    for change in ("fetcher=curl", "parse_in=parent"):
        done = scraper(path, *on(cluster), "-s", change)
        assert done.returncode == 0, done.stderr
        assert (folder / "output/board.jsonl").read_bytes() == expected


def test_workers_parse_unless_the_config_says_otherwise(config, site):
    text, changes = boards(site), {"pool.engine": "dask", "pool.address": "tcp://127.0.0.1:1"}
    assert load_config(config(text)).settings.parse_in == "parent"
    assert load_config(config(text), changes).settings.parse_in == "worker"
    assert load_config(config(text), changes | {"parse_in": "parent"}).settings.parse_in == "parent"


STEPS = """
def leave(value): raise SystemExit(0)
def interrupt(value): raise KeyboardInterrupt
def say(value): print(value)
"""


@pytest.mark.parametrize("place", ["worker", "parent"])
@pytest.mark.parametrize("name", ["leave", "interrupt", "say"])
def test_an_own_step_that_would_end_a_worker_or_print_fails_its_page(
    scraper, config, folder, site, cluster, name, place
):
    told = {"leave": "SystemExit", "interrupt": "KeyboardInterrupt", "say": "printed to standard output"}[name]
    text = boards(site, last=0).replace("title: a", f"title: {{css: a, steps: [{{python: 'ending_steps:{name}'}}]}}")
    path = config(text)
    (path.parent / "ending_steps.py").write_text(STEPS)
    done = scraper(path, *on(cluster), "-s", f"parse_in={place}")
    assert done.returncode == 4, done.stderr
    assert report(folder)["accounts"]["failed"] == {"internal error": 1}
    assert f"ending_steps:{name} " in done.stderr
    assert told in done.stderr
    assert not done.stdout


def test_what_is_recorded_lies_here_and_is_replayed_without_a_cluster(scraper, config, folder, site, cluster):
    path = config(boards(site, last=4))
    assert scraper(path, *on(cluster), "--record", "saved").returncode == 0
    assert len(list((folder / "saved").iterdir())) == 5
    expected = (folder / "output/board.jsonl").read_bytes()
    site.log.clear()
    nowhere = "-s", "pool.engine=dask", "-s", "pool.address=tcp://127.0.0.1:1"
    done = scraper(path, *nowhere, "--replay", "saved")
    assert done.returncode == 0, done.stderr
    assert (folder / "output/board.jsonl").read_bytes() == expected
    assert not site.log


def test_no_page_leads_the_workers_to_private_addresses(scraper, config, folder, site, cluster):
    text = boards(site, last=2, more="allowed_domains: ['127.0.0.1', '0.0.2']")  # of which 127.0.0.2 is a sub-domain
    elsewhere = site.url.replace("127.0.0.1", "127.0.0.2")
    site.pages["/board?offset=1"] = (302, {"Location": f"{elsewhere}/board?offset=2"}, "")
    done = scraper(config(text), *on(cluster))
    assert report(folder)["accounts"]["failed"] == {"private address": 1}, done.stderr


# --------------------------------------------------------------------------- what breaks


def test_a_killed_worker_loses_nothing_and_then_a_killed_scheduler_ends_the_run_which_resumes(
    scraper, config, folder, site, own_cluster
):
    path = config(boards(site, more="retry_times: 0", seconds=0.1))
    assert scraper(path).returncode == 0
    target = folder / "output/board.jsonl"
    expected = target.read_bytes()
    target.unlink()
    cluster = own_cluster()
    site.log.clear()
    run = start(folder, path, *on(cluster))
    wait_until(lambda: len(site.log) >= 8)
    os.kill(cluster.workers()[0], signal.SIGKILL)
    code, said = end(run)
    assert code == 0, said
    assert target.read_bytes() == expected
    assert "Traceback" not in said
    assert "distributed" not in said
    target.unlink()
    site.log.clear()
    run = start(folder, path, *on(cluster))
    wait_until(lambda: len(site.log) >= 8)
    cluster.kill_scheduler()
    code, said = end(run)
    assert code == 1, said
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith(f"the Dask scheduler at {cluster.address} was lost")
    assert "--resume" in said
    assert not target.exists()
    done = scraper(path, "--resume")
    assert done.returncode == 0, done.stderr
    assert "resumed" in done.stderr
    assert target.read_bytes() == expected


def test_a_worker_in_use_may_be_retired(own_cluster):
    cluster = own_cluster()
    with idle_pool(cluster) as pool:
        wait_until(lambda: pool.free() == 4, pool)
        address = pool._workers[0].address
        with distributed.Client(cluster.address, set_as_default=False) as client:
            assert list(client.retire_workers([address])) == [address]
        wait_until(lambda: all(worker.address != address for worker in pool._workers) and pool.free(), pool)
        assert Answers(pool).ask(tasks.echo, 1) == 1


def test_a_run_without_a_scheduler_says_so(scraper, config, site, monkeypatch):
    env = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
    where = ("-s", "pool.engine=dask", "-s", "pool.address=tcp://127.0.0.1:9")
    done = scraper(config(boards(site)), *where, env=env)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("no Dask scheduler lets this run in at tcp://127.0.0.1:9: ")
    assert not site.log


def test_a_run_without_workers_ends_and_so_does_an_idle_one_whose_scheduler_is_lost(own_cluster, monkeypatch):
    cluster = own_cluster(workers=0)
    monkeypatch.setattr("scraper.pool.dask.ALONE_S", 1.0)
    alone = "has had no worker for this run for 1 s; when there is one, go on with --resume"
    with pytest.raises(PoolError, match=alone), idle_pool(cluster) as pool:
        wait_until(lambda: False, pool)
    monkeypatch.undo()
    with idle_pool(cluster) as pool:
        cluster.kill_scheduler()
        with pytest.raises(PoolError, match="was lost; when it is back, go on with --resume"):
            wait_until(lambda: False, pool)


def idle_pool(cluster):
    return open_pool("dask", concurrency=4, initializer=tasks.hello, address=cluster.address)


def test_the_extra_that_is_missing_is_named(monkeypatch, config, site):
    monkeypatch.setattr("scraper.job.extras.find_spec", {"distributed": None}.__getitem__)
    with pytest.raises(ConfigError) as error:
        load_config(config(boards(site)), {"pool.engine": "dask", "pool.address": "tcp://127.0.0.1:1"})
    assert "dask needs the extra `dask`: pip install '.[dask]' in its checkout" in str(error.value)


def test_a_cluster_with_tls_lets_in_who_has_a_certificate(scraper, config, folder, site, own_cluster):
    authority = trustme.CA()
    node = authority.issue_cert("127.0.0.1")
    node.private_key_and_cert_chain_pem.write_to_path(folder / "node.pem")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    tls = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(folder / "ca.pem")}
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        tls[f"DASK_DISTRIBUTED__COMM__TLS__{who}__CERT"] = str(folder / "node.pem")
        tls[f"DASK_DISTRIBUTED__COMM__TLS__{who}__KEY"] = str(folder / "node.pem")
    cluster = own_cluster(workers=1, protocol="tls", env=tls)
    assert cluster.address.startswith("tls://")
    path = config(boards(site, last=3))
    done = scraper(path, *on(cluster), env=tls)
    assert done.returncode == 0, done.stderr
    asked = len(site.log)
    done = scraper(path, *on(cluster))
    assert done.returncode == 1
    assert done.stderr.startswith(f"no Dask scheduler lets this run in at {cluster.address}: ")
    assert done.stderr.count("\n") == 1
    assert len(site.log) == asked


def test_an_actor_may_take_longer_to_open_than_an_exchange_stays(cluster, monkeypatch):
    for name in ("dask_actor", "dask"):
        monkeypatch.setattr(f"scraper.pool.{name}.STAY_S", 0.05)
    with open_pool("dask", concurrency=2, initializer=tasks.slow_hello, address=cluster.address) as pool:
        wait_until(lambda: pool.free() == 2, pool)


def test_an_answer_that_comes_once_more_is_dropped(cluster):
    with open_pool("dask", concurrency=1, processes=1, initializer=tasks.hello, address=cluster.address) as pool:
        wait_until(pool.free, pool)
        answers, (worker,) = Answers(pool), pool._workers
        hear = worker.hear
        worker.hear = lambda reply: (hear(reply), reply.answers.extend(reply.answers[:]))
        assert [answers.ask(tasks.echo, n) for n in range(3)] == [0, 1, 2]
        assert pool.free() == 1


# --------------------------------------------------------------------------- which workers


def test_workers_with_another_version_are_refused_at_the_start_and_not_used_later(
    scraper, config, folder, site, own_cluster
):
    old = folder / "old/pool_scraper-0.0.1.dist-info"
    old.mkdir(parents=True)
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: pool-scraper\nVersion: 0.0.1\n")
    path, cluster = config(boards(site, seconds=0.05)), own_cluster(workers=1)
    run = start(folder, path, *on(cluster))
    wait_until(lambda: site.log)
    cluster.add_worker(env={"PYTHONPATH": f"{old.parent}:{ROOT}"})
    cluster.wait_for(2)
    code, said = end(run)
    assert code == 0, said
    asked = len(site.log)
    done = scraper(path, *on(cluster))
    assert done.returncode == 1
    assert "has pool-scraper 0.0.1; this is" in done.stderr
    assert "install the same on both" in done.stderr
    assert len(site.log) == asked


@pytest.mark.parametrize(
    ("packages", "words"),
    [
        ({"python": "3.9.1", "pool-scraper": None}, "has no pool-scraper; install pool-scraper"),
        ({"python": "3.9.1", "pool-scraper": pool_cluster.__version__}, "runs Python 3.9; this is"),
    ],
)
def test_workers_without_the_package_or_with_another_python_are_refused(packages, words):
    assert words in pool_cluster.mistake("tcp://a:1", packages)


# --------------------------------------------------------------------------- what is left on the workers


SCRIPT = """
import sys, time
from scraper.pool.pool import open_pool
from tests.support import pool_tasks as tasks

pool = open_pool("dask", concurrency=4, initializer=tasks.hello, address=sys.argv[1])
while pool.free() < 4:
    pool.wait(0.1)
pool.apply_async(tasks.span, (1.0,), callback=print, error_callback=print)
pool.flush()
print("ready", flush=True)
time.sleep(600)
"""


def test_nothing_is_left_on_the_workers_of_a_run_that_was_killed(cluster):
    run = subprocess.Popen([sys.executable, "-c", SCRIPT, cluster.address], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert run.stdout.readline() == "ready\n"
        assert sum(cluster.ask(tasks.actors)) == 2
    finally:
        run.kill()
        run.communicate()
    wait_until(lambda: sum(cluster.ask(tasks.actors)) == 0)


def test_the_rest_of_a_task_that_holds_the_interpreter_is_to_blame_once_it_is_alone(cluster, tmp_path, monkeypatch):
    from scraper.errors import TaskStuck

    monkeypatch.setattr("scraper.pool.dask.GRACE_S", 0.5)
    with open_pool(
        "dask", concurrency=2, processes=1, initializer=tasks.hello, address=cluster.address, rest_limit_s=1.0
    ) as pool:
        wait_until(pool.free, pool)
        answers = Answers(pool)
        answers.send("stuck", tasks.nap, 0, tasks.hold_the_interpreter, tmp_path / "mark")
        [(_, error)] = answers.wait().lost
        assert isinstance(error, TaskStuck)
        wait_until(pool.free, pool)
        assert answers.ask(tasks.echo, 1) == 1
