"""What an error of libcurl means."""

from __future__ import annotations

import os

import pycurl

from scraper.errors import Reason
from scraper.fetch.body import Unusable
from scraper.fetch.causes import in_one_line

PROXY, TOO_LARGE = 97, 100
"""Errors that pycurl has no names for."""
CAUSES: dict[int, tuple[Reason, bool]] = {
    pycurl.E_UNSUPPORTED_PROTOCOL: (Reason.BAD_RESPONSE, False),  # a bad status line: the URL's scheme is known by now
    pycurl.E_URL_MALFORMAT: (Reason.BAD_URL, False),
    pycurl.E_COULDNT_RESOLVE_PROXY: (Reason.NAME_NOT_FOUND, True),
    pycurl.E_COULDNT_RESOLVE_HOST: (Reason.NAME_NOT_FOUND, True),
    pycurl.E_COULDNT_CONNECT: (Reason.CONNECTION, True),
    pycurl.E_FTP_WEIRD_SERVER_REPLY: (Reason.BAD_RESPONSE, False),  # said of HTTP too
    pycurl.E_HTTP2: (Reason.BAD_RESPONSE, False),
    pycurl.E_BAD_FUNCTION_ARGUMENT: (Reason.BAD_RESPONSE, False),  # of libcurl's own parser of header lines
    pycurl.E_SSL_CONNECT_ERROR: (Reason.TLS, True),
    pycurl.E_PARTIAL_FILE: (Reason.TRUNCATED, True),
    pycurl.E_OPERATION_TIMEDOUT: (Reason.TIMEOUT, True),
    pycurl.E_GOT_NOTHING: (Reason.CONNECTION, True),
    pycurl.E_SEND_ERROR: (Reason.CONNECTION, True),
    pycurl.E_RECV_ERROR: (Reason.CONNECTION, True),
    pycurl.E_SEND_FAIL_REWIND: (Reason.CONNECTION, True),
    pycurl.E_PEER_FAILED_VERIFICATION: (Reason.TLS, False),
    pycurl.E_SSL_CIPHER: (Reason.TLS, True),
    pycurl.E_SSL_CACERT_BADFILE: (Reason.TLS, False),
    pycurl.E_SSL_ISSUER_ERROR: (Reason.TLS, False),
    pycurl.E_SSL_INVALIDCERTSTATUS: (Reason.TLS, False),
    pycurl.E_SSL_SHUTDOWN_FAILED: (Reason.TLS, True),
    pycurl.E_BAD_CONTENT_ENCODING: (Reason.BAD_RESPONSE, False),  # also said of transfer codings
    PROXY: (Reason.CONNECTION, True),  # the proxy's handshake
    TOO_LARGE: (Reason.BAD_RESPONSE, False),  # heads and status lines beyond curl's own limits
}
"""What an error of libcurl means: (reason, whether another try may help). Its other codes would be a bug here."""
NO_ANSWER = frozenset({pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_FTP_WEIRD_SERVER_REPLY})
"""What libcurl says of a status line that is none."""


def tells_of_end(code: int, text: str) -> bool:
    """Return whether the connection ended before libcurl knew the answer to be complete.

    "Unexpected" is OpenSSL's word for an end without farewell, which is common where a body has no length.
    """
    is_ragged = code == pycurl.E_RECV_ERROR and "unexpected eof" in text
    return is_ragged or code in (pycurl.E_PARTIAL_FILE, pycurl.E_GOT_NOTHING)


def meaning(code: int, text: str, errno: int) -> Exception:
    """Return the exception that says what an error of libcurl means; `errno` is the last one of the system, or 0."""
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return TimeoutError(text)
    if code == pycurl.E_RECV_ERROR and "chunk" in text:
        return Unusable(Reason.BAD_RESPONSE, f"expected the size of a chunk: {in_one_line(text)}")
    if code == pycurl.E_COULDNT_CONNECT and errno:
        text = f"{text}: {os.strerror(errno)}"
    if code == TOO_LARGE and not text:  # only `perform` has words for it
        text = "a head or a line of it is larger than allowed"
    reason, is_transient = CAUSES[code]
    return Unusable(reason, f"{in_one_line(text)} (curl {code})", is_transient=is_transient)
