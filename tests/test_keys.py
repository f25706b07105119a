"""What is remembered of the keys of records."""

import pytest

from scraper.errors import OutputError
from scraper.keys import Keys


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


def test_a_disk_without_room_for_keys_ends_the_run_with_the_cause():
    with Keys() as keys:
        keys._db.execute("PRAGMA max_page_count = 3")
        with pytest.raises(OutputError, match=r"keys of records.*full"):
            keys.learn(b"%0100d" % number for number in range(10_000))
