"""What a run imports before it can begin: nothing that it does not need."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

NEVER = {"bs4", "rich", "babel", "pycurl", "hishel", "distributed", "dask"}
FEW_RUNS = {
    *("pydantic", "pydantic_core", "annotated_types", "difflib", "email", "importlib.metadata", "jmespath"),
    *(
        "statistics",
        "zipfile",
        "zoneinfo",
        "scraper.config.model",
        "scraper.config.messages",
        "scraper.fetch.recordings",
    ),
}
"""What only runs need that ask for it, and those of a config that is wrong."""
A_RUN = "scraper.cli.main, scraper.config.load; scraper.config.load.load_config('configs/maoyan.yaml')"


def imported(module):
    """Return the modules that are there after one was imported (and what follows done) in a fresh interpreter."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.live
@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("scraper", {"scraper.config.load", "scraper.runner", "lxml", "pydantic", "requests"}),
        (
            A_RUN,
            NEVER
            | FEW_RUNS
            | {
                "requests",
                "scraper.authoring.explain",
                "scraper.authoring",
                "http.client",
                "urllib.request",
                "publicsuffixlist",
                "lxml",
            },
        ),
        ("scraper.fetch.adapter, scraper.crawl.preload", NEVER | {"pydantic", "lxml", "click", "ruamel"}),
        ("scraper.fetch.curl_loop, scraper.crawl.preload", NEVER - {"pycurl"} | {"requests", "urllib3", "pydantic"}),
    ],
    ids=["package", "run", "workers", "curl"],
)
def test_nothing_is_imported_that_is_not_needed(module, unwanted):
    assert not imported(module) & unwanted
