"""Other Pythons are found by what they are, and this one among them."""

import sys

import pytest

from tests import matrix


def test_what_is_run_is_there():
    paths = [path for words in (*matrix.SETS.values(), matrix.SMALL) for path in words if path.startswith("tests")]
    assert not [path for path in paths if not (matrix.ROOT / path).exists()]


@pytest.mark.live
def test_the_interpreters_that_are_found_run_and_are_new_enough():
    found = matrix.pythons()
    assert sys.version_info[:2] in found
    for minor, path in found.items():
        assert matrix.version_of(path)[:2] == minor >= matrix.OLDEST


@pytest.mark.live
def test_what_does_not_run_is_none(tmp_path):
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    assert matrix.version_of(shim) is None
