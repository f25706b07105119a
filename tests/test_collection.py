"""The tests are the same whenever they are looked for: no name of one holds the clock, chance or an order of sets."""

import itertools
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.live
def test_two_collections_with_other_hash_seeds_seconds_apart_find_the_same_tests(tmp_path):
    """pytest-xdist compares what its workers have collected, and runs nothing if that differs."""
    first, second = (collect(seed, tmp_path / seed) for seed in ("1", "2"))
    assert len(first) > 1000
    assert [names for names in itertools.zip_longest(first, second) if names[0] != names[1]][:3] == []


def collect(seed, folder):
    """Return the names of all tests, in order; where temporary files lie differs too."""
    folder.mkdir()
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "tests"]
    env = {**os.environ, "PYTHONHASHSEED": seed, "TMPDIR": str(folder)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "::" in line]
