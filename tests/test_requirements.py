"""What is installed is what was chosen: each file of requirements/ says versions that constraints.txt says, by hash."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def plain(name):
    """Return a package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path):
    """Return version and hashes of each package that a file of requirements names."""
    entries = re.findall(r"(?m)^([\w.-]+)==([^\s;]+)[^\n]*\n?((?:    --hash=\S+[^\n]*\n?)*)", path.read_text("utf-8"))
    return {plain(name): (version, re.findall(r"sha256:[0-9a-f]{64}\b", hashes)) for name, version, hashes in entries}


CHOSEN = {name: version for name, (version, _) in pins(ROOT / "constraints.txt").items()}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_each_file_may_only_be_what_was_chosen(lock):
    locked = pins(lock)
    assert locked
    assert [name for name, (_, hashes) in locked.items() if not hashes] == []
    assert {name: version for name, (version, _) in locked.items()} == {name: CHOSEN.get(name) for name in locked}


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("build", PROJECT["build-system"]["requires"]),
        ("run", PROJECT["project"]["dependencies"]),
        *((name, PROJECT["project"]["optional-dependencies"][name]) for name in ("dev", "analysts")),
    ],
)
def test_what_pyproject_names_is_locked(lock, wanted):
    names = {plain(re.match(r"[\w.-]+", each)[0]) for each in wanted} - {"pool-scraper"}
    assert names - pins(ROOT / "requirements" / f"{lock}.txt").keys() == set(), "run `make lock`"
