"""The part file and what an analyst finds at the end of the path."""

import os

import pytest

from scraper.errors import OutputError
from scraper.output import part_path, replace, write_part


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path):
    target = tmp_path / "out.jsonl"
    target.write_bytes(b"old\n")
    part = part_path(target)
    write_part(part, [b"1\n", b"2\n"])
    assert target.read_bytes() == b"old\n"
    assert list(tmp_path.glob("*.jsonl")) == [target]
    replace(part, target)
    assert target.read_bytes() == b"1\n2\n"
    assert os.listdir(tmp_path) == ["out.jsonl"]  # noqa: PTH208


@pytest.mark.parametrize(
    ("old", "kept", "torn"),
    [
        (b'{"a":1}\n{"a":2}\n', b'{"a":1}\n{"a":2}\n', 0),
        (b'{"a":1}\n{"a":', b'{"a":1}\n', 5),
        (b'{"a":1}\n{"a":2}', b'{"a":1}\n{"a":2}\n', 0),
        (b"", b"", 0),
        (b"{", b"", 1),
    ],
)
def test_append_keeps_the_old_lines_and_cuts_a_torn_tail(tmp_path, old, kept, torn):
    target = tmp_path / "out.jsonl"
    target.write_bytes(old)
    part = write_part(part_path(target), [b"new\n"], before=target)
    assert (part.kept, part.torn, part.size) == (len(kept), torn, len(kept) + 4)
    assert part_path(target).read_bytes() == kept + b"new\n"


def test_append_to_nothing_is_a_new_file(tmp_path):
    target = tmp_path / "out.jsonl"
    assert write_part(part_path(target), [b"new\n"], before=target).kept == 0
    assert part_path(target).read_bytes() == b"new\n"


def test_only_the_first_bytes_are_kept_if_the_rest_is_written_anew(tmp_path):
    target = tmp_path / "out.jsonl"
    target.write_bytes(b'{"a":1}\n{"mine":1}\n')
    part = write_part(part_path(target), [b'{"mine":2}\n'], before=target, before_bytes=8)
    assert part_path(target).read_bytes() == b'{"a":1}\n{"mine":2}\n'
    assert (part.kept, part.torn) == (8, 0)


def test_lines_longer_than_a_block_are_appended_whole(tmp_path):
    target = tmp_path / "out.jsonl"
    old = b"x" * 3_000_000 + b"\n" + b"y" * 10 + b"\n"
    target.write_bytes(old)
    write_part(part_path(target), [], before=target)
    assert part_path(target).read_bytes() == old


def test_a_file_that_cannot_be_written_is_named_with_the_cause(tmp_path):
    with pytest.raises(OutputError, match=r"missing.*No such file"):
        write_part(tmp_path / "missing" / "x.part", [])
    with pytest.raises(OutputError, match="No space left"):
        write_part_to_full_disk()


def write_part_to_full_disk():
    from pathlib import Path

    write_part(Path("/dev/full"), [b"x" * 5_000_000])
