"""What an exception of the network, of the server or of the libraries between means."""

from __future__ import annotations

import errno
import functools
import http.client
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from scraper.errors import Reason, shortage
from scraper.job.secrets import without_users

Causes = tuple[type[BaseException], ...]
LACKS = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
"""What says that this machine is too small."""


@functools.cache
def causes() -> tuple[tuple[Causes, Reason, bool], ...]:
    """Return what an exception means, the particular before the general: (types, reason, whether another try may help).

    What makes exchanges by another library needs none of these libraries until something is raised.
    """
    from requests import exceptions as rq
    from urllib3 import exceptions as u3

    unread = http.client.HTTPException, u3.InvalidHeader, u3.HeaderParsingError, u3.DecodeError
    lost = ConnectionError, u3.ProtocolError, u3.ProxyError, u3.PoolError, rq.ConnectionError
    return (
        ((u3.NameResolutionError, socket.gaierror), Reason.NAME_NOT_FOUND, True),
        ((ssl.SSLCertVerificationError,), Reason.TLS, False),
        ((TimeoutError, u3.ReadTimeoutError, rq.Timeout), Reason.TIMEOUT, True),
        ((u3.NewConnectionError, http.client.RemoteDisconnected), Reason.CONNECTION, True),
        ((u3.TimeoutError,), Reason.TIMEOUT, True),
        ((http.client.IncompleteRead, rq.ChunkedEncodingError), Reason.TRUNCATED, True),
        ((ssl.SSLError, u3.SSLError, rq.SSLError), Reason.TLS, True),
        ((u3.LocationValueError, UnicodeError, http.client.InvalidURL), Reason.BAD_URL, False),
        ((rq.InvalidURL, rq.InvalidSchema, rq.MissingSchema, rq.URLRequired), Reason.BAD_URL, False),
        (unread, Reason.BAD_RESPONSE, False),
        ((u3.ResponseNotChunked, u3.BodyNotHttplibCompatible), Reason.BAD_RESPONSE, False),
        ((rq.InvalidHeader, rq.ContentDecodingError), Reason.BAD_RESPONSE, False),
        (lost, Reason.CONNECTION, True),
        ((OSError,), Reason.CONNECTION, True),
    )


@functools.cache
def expected() -> tuple[type[Exception], ...]:
    """Return what the network, the server and the libraries between raise."""
    from urllib3.exceptions import HTTPError

    return (HTTPError, http.client.HTTPException, OSError, UnicodeError)  # requests' own are of OSError


def classify(error: BaseException) -> tuple[Reason, bool, str]:
    """Return what an exception means: the reason, whether another try may help, and its own words.

    Raises the exception itself where it means nothing that is known: that is a bug.
    """
    chain = list(_chain(error))
    if lack := next((one for one in chain if getattr(one, "errno", None) in LACKS), None):
        return Reason.INTERNAL, True, shortage(lack)  # it is not the site's fault
    for kinds, reason, is_transient in causes():
        if matches := [one for one in chain if isinstance(one, kinds)]:
            innermost = matches[-1]
            return reason, is_transient, in_one_line(f"{type(innermost).__name__}: {innermost}")
    raise error


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it was made of."""
    todo: list[Any] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            todo += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]


def is_unusable(error: BaseException) -> bool:
    """Return whether a kept connection is to blame: it was closed, or what lay on it is no answer."""
    kinds = (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError, http.client.BadStatusLine)
    return any(isinstance(one, kinds) for one in _chain(error))


def in_one_line(text: str) -> str:
    """Return what a library says about an error, as a person may read it; it is cut once its secrets are masked."""
    line = without_users(" ".join(text.split()))
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
