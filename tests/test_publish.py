"""The walk, the part file and what an analyst finds at the end of the path."""

import os

import pytest

from scraper.errors import OutputError
from scraper.models import State, Stored
from scraper.publish import Walk, part_path, replace, write_part


class Pages:
    """A journal as a dict: parent → children; every page is fetched unless it is in `pending`."""

    def __init__(self, edges, pending=()):
        self.edges, self.pending = edges, set(pending)

    def children(self, parent, after, count):
        return [(n, child) for n, child in enumerate(self.edges.get(parent, ())) if n > after][:count]

    def page(self, page_id):
        state = State.PENDING if page_id in self.pending else State.FETCHED
        return Stored(page_id, f"http://a/{page_id}", "list", state, None, None, 0.0, None, (), (), (), 0)

    def claim_key(self, key):
        raise AssertionError("no keys here")


def order(pages):
    return [page.id for page in iter(Walk(pages).next, None)]


def test_pages_come_in_plan_order_each_behind_its_parent_and_once():
    assert order(Pages({0: [5, 2, 9], 5: [7, 2], 7: [5], 2: [8]})) == [5, 7, 2, 8, 9]


def test_a_chain_of_next_links_may_be_longer_than_the_stack_of_python():
    chain = {n: [n + 1] for n in range(20_000)}
    assert order(Pages(chain)) == list(range(1, 20_001))


def test_more_children_than_are_read_at_once_all_come():
    assert order(Pages({0: list(range(1, 1_001))})) == list(range(1, 1_001))


def test_the_walk_stops_at_a_pending_page_and_goes_on_when_it_is_there():
    pages = Pages({0: [1, 2, 3]}, pending=[2])
    walk = Walk(pages)
    assert [walk.next().id, walk.next()] == [1, None]
    pages.pending.clear()
    assert [walk.next().id, walk.next().id, walk.next()] == [2, 3, None]


def test_start_pages_that_are_planned_later_are_found():
    pages = Pages({0: [1]})
    walk = Walk(pages)
    assert [walk.next().id, walk.next()] == [1, None]
    pages.edges[0] = [1, 2]
    assert walk.next().id == 2


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
    assert write_part(part_path(target), [b"new\n"], before=target) == torn
    assert part_path(target).read_bytes() == kept + b"new\n"


def test_append_to_nothing_is_a_new_file(tmp_path):
    target = tmp_path / "out.jsonl"
    assert write_part(part_path(target), [b"new\n"], before=target) == 0
    assert part_path(target).read_bytes() == b"new\n"


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
