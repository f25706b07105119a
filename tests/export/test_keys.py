"""What is remembered of the keys of records."""

import pytest

from scraper.errors import OutputError
from scraper.export.keys import Keys


def test_a_key_is_claimed_once():
    with Keys() as keys:
        assert keys.claim(b"k")
        assert not keys.claim(b"k")
        assert keys.claim(b"l")


def test_what_an_earlier_run_wrote_is_known_and_not_claimed():
    with Keys() as keys:
        keys.learn(iter([b"k", b"k"]))
        assert keys.knows(b"k")
        assert not keys.knows(b"l")
        assert keys.claim(b"k")


def test_a_full_disk_is_told():
    with Keys() as keys:
        keys._db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(OutputError, match=r"temporary files.*disk is full"):
            keys.learn(b"%d" % n for n in range(10_000))
