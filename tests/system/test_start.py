"""What a run imports before it can begin: nothing that it does not need."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

NEVER = {"bs4", "rich", "babel", "pycurl", "hishel", "distributed", "dask"}


def imported(module):
    """Return the modules that are there after one was imported in a fresh interpreter."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.live
@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("scraper", {"scraper.config.load", "scraper.runner", "lxml", "pydantic", "requests"}),
        (
            "scraper.cli.main",
            NEVER
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
        ("scraper.crawl.preload", NEVER | {"pydantic", "lxml", "click", "ruamel"}),
    ],
)
def test_nothing_is_imported_that_is_not_needed(module, unwanted):
    assert not imported(module) & unwanted
