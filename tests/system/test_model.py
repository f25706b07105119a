"""Random small sites with random faults: accounts, alarms and output are the model's, whoever came back first."""

import json
import os
import random
from pathlib import Path

import pytest

from scraper.config.load import load_config
from scraper.crawl.engine import Engine
from scraper.crawl.progress import Stop
from scraper.export.keys import Keys
from scraper.export.publication import Publication
from scraper.journal.journal import Journal
from scraper.report.accounts import count_fields, count_pages
from scraper.report.expectations import Past, find_breaches
from scraper.report.losses import find_losses
from tests.support.model import CONFIG, MERGED, Model, Site

SITES = int(os.environ.get("MODEL_SITES", "2000"))
FIRST = int(os.environ.get("MODEL_FIRST", "0"))


class RandomPool:
    """A Pool whose answers come back in any order, in this thread."""

    def __init__(self, shelf, chance):
        self._shelf, self._chance, self._tasks = shelf, chance, []

    def apply_async(self, func, args, *, callback, **_):
        self._tasks.append((callback, args[0]))

    def wait(self, timeout):
        if self._tasks:
            callback, request = self._tasks.pop(self._chance.randrange(len(self._tasks)))
            callback(self._shelf.ask(request)())
        return 1

    def free(self):
        return 4 - len(self._tasks)

    def reserve(self):
        return True

    def flush(self):
        pass

    release = wake = terminate = flush


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    """The two jobs, in a folder of their own: a journal in memory leaves a file of that name."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "plain.yaml").write_text(CONFIG)
    (folder / "merged.yaml").write_text(MERGED)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield [load_config(folder / "plain.yaml"), load_config(folder / "merged.yaml")]


def crawled(job, site, chance):
    """Return what a run makes of a site: its accounts, its alarms, its output."""
    with Journal(Path(":memory:")) as journal, Keys() as keys:
        options = {"is_replay": False, "recorder": None, "limit": None, "stop": Stop()}
        publication = Publication(job, journal, keys)
        with Engine(job, journal, RandomPool(site.shelf(), chance), **options) as crawl:
            output = []
            while crawl.turn():
                pass
            while not output or crawl.has_more:
                output.append([line for _, lines in publication.records() for line in lines])
                while crawl.has_more and crawl.turn():
                    pass
        accounts, tally = count_pages(*journal.accounts()), publication.tally
        lost = find_losses(job, journal.figures(), tally)
    found = find_breaches(job.expect, accounts, tally, count_fields(job, tally), Past(), lost)
    assert accounts.unfinished == 0
    ended = accounts.planned, accounts.fetched, dict(accounts.failed), dict(accounts.skipped)
    return ended, {alarm.name for alarm in found}, [json.dumps(json.loads(line)) for some in output for line in some]


@pytest.mark.slow
def test_random_sites_are_accounted_for_judged_and_published_as_the_model_says(jobs):
    for seed in range(FIRST, FIRST + SITES):
        chance = random.Random(seed)
        site, is_merging = Site(chance), chance.random() < 0.5
        model = Model(site, is_merging=is_merging)
        accounts, alarms, output = crawled(jobs[is_merging], site, chance)
        told = f"seed {seed}: {vars(site)} merge={is_merging}"
        assert accounts == model.accounts, told
        assert output == model.lines, told
        assert alarms == model.alarms, told
