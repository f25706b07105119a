"""Messages on a pipe: whole ones come out, however they were cut on their way."""

import pickle
import socket

import pytest

from scraper.pool.pipe import BUFFER_BYTES, Pipe, Sort, pack


@pytest.fixture
def ends():
    """Return our end of a pipe, and the socket that somebody else writes to."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Pipe(ours), theirs


def received(pipe):
    """Return what has come in so far."""
    return [(sort, number, pickle.loads(body)) for sort, number, body in pipe.receive()]


def test_messages_come_out_whole_however_they_are_cut(ends):
    pipe, theirs = ends
    sent = [(Sort.DONE, 1, "a" * 300), (Sort.FAILED, 2, None), (Sort.TASK, 3, b"\0" * 70), (Sort.DONE, 4, ["x"])]
    stream = b"".join(pack(*message) for message in sent)
    found = []
    for start in range(0, len(stream), 41):
        theirs.sendall(stream[start : start + 41])
        found += received(pipe)
    assert found == sent


def test_a_large_message_has_the_buffer_grow_while_it_comes(ends):
    pipe, theirs = ends
    sent = [
        (Sort.DONE, number, bytes([number]) * size) for number, size in ((1, 5), (2, 3 * BUFFER_BYTES), (3, 70_000))
    ]
    stream = memoryview(b"".join(pack(*message) for message in sent))
    theirs.setblocking(False)
    found = []
    while stream:
        stream = stream[theirs.send(stream) :]
        found += received(pipe)
    while len(found) < len(sent):
        found += received(pipe)
    assert found == sent
    assert len(pipe._incoming) == BUFFER_BYTES


def test_what_was_not_asked_for_any_more_stays(ends):
    pipe, theirs = ends
    theirs.sendall(b"".join(pack(Sort.DONE, number, None) for number in (1, 2, 3)))
    messages = pipe.receive()
    assert next(messages)[1] == 1
    messages.close()
    theirs.sendall(pack(Sort.DONE, 4, None))
    assert [number for _, number, _ in received(pipe)] == [2, 3, 4]


def test_the_end_of_the_other_is_told(ends):
    pipe, theirs = ends
    assert received(pipe) == []
    theirs.close()
    with pytest.raises(EOFError):
        received(pipe)
